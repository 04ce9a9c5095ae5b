"""Reinforcement learning: responses drawn from the policy, their rewards, and steps that make good ones likelier."""
