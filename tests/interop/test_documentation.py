"""What the pages say about the command line is what the command says about itself."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "SECURITY.md", "docs/operations.md", "docs/protocol.md", "docs/webhooks.md"]

# A flag in inline code, or anywhere in a command of ours.
INLINE = re.compile(r"`(--[a-z][a-z-]+)")
COMMAND = re.compile(r"^(?:headcount|cargo run --release -- )[^\n]*(?:\\\n[^\n]*)*", re.MULTILINE)
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def text_of(*arguments):
    """What the command prints as help, with every subcommand's."""
    command = [os.environ["HEADCOUNT_BINARY"], *arguments, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def known_flags():
    """Every flag of every subcommand."""
    top = text_of()
    commands = re.findall(r"^  ([a-z]+) ", top.split("Commands:")[1].split("\n\n")[0], re.MULTILINE)
    assert {"serve", "demo", "watch", "simulate"} <= set(commands)
    return set(FLAG.findall(top + "".join(text_of(command) for command in commands)))


@pytest.mark.parametrize("page", PAGES)
def test_every_flag_on_a_page_exists(page, known_flags):
    text = (ROOT / page).read_text()
    named = set(INLINE.findall(text))
    for command in COMMAND.findall(text):
        ours = command.removeprefix("cargo run --release -- ")
        named |= set(FLAG.findall(ours))
    # `--locked` is cargo's.
    assert named - known_flags - {"--locked"} == set()
