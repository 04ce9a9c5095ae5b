"""Figures: functions from frames to matplotlib Figures. Adapters save them."""
