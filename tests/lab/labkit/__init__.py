"""The lab: a small internet of real servers for tests."""
