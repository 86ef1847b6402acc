"""From a chapter's master to its executed solution and the learner's clean copy: docs/writing-a-chapter.md."""
