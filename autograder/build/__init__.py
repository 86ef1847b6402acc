"""From a chapter's master to its executed solution and to the learner's clean copy; docs/writing-a-chapter.md has the rules."""
