"""DGL, imported with its backend chosen first: otherwise it writes a file into the home folder and prints a notice."""

import os

os.environ.setdefault("DGLBACKEND", "pytorch")

import dgl
import dgl.function as message_function

__all__ = ["dgl", "message_function"]
