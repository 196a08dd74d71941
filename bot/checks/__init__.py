"""Checks of the project's data, one module for each kind; ``bot.validate`` runs them all.

Each check is a function ``Project -> Iterator[Problem]`` and says in plain English what is wrong and what to do.
"""
