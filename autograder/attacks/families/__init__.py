"""The declarations, a file a family; `autograder.attacks.declared` says what stands in one."""
