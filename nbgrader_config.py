"""nbgrader's settings for this course; `ngram2bert build` and nbgrader's own commands both read them."""

c = get_config()  # noqa: F821  nbgrader provides it

c.CourseDirectory.course_id = "ngram2bert"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "*.py",
]  # masters are not released

c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("write your code here")'}
c.ClearSolutions.text_stub = "*Write your answer here.*"
