"""Cleaning whole corpora: plan, read, clean in isolated workers, write, report.

    paths -> plan -> Record (formats) -> Answer (engine, worker) -> output, manifest -> report

How it runs is kept apart from what it does: nothing in here knows how a document is cleaned,
and nothing outside imports this package except the command line.
"""
