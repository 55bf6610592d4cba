"""spamstrip as a part of other tools; import the module of the tool you use."""
