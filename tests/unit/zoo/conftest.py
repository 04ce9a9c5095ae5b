"""A start for trainings."""

import pytest
import torch

from boundary.zoo.model import new_model, save
from boundary.zoo.tasks import chain


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """A tiny model with random weights."""
    torch.manual_seed(0)
    tokenizer, folder = chain.tokenizer(), tmp_path_factory.mktemp("start")
    save(new_model(tokenizer, width=32, layers=1), tokenizer, folder)
    return str(folder)
