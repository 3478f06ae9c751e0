"""The commands, one module each, named as the command is; a module is imported when its command is called."""

__all__ = ["changes", "check", "compare", "fuzz", "init", "lint", "proxy", "replay", "report", "serve"]
