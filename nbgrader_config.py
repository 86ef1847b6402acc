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

# `nbgrader autograde` and the formgrader's button: submissions run in the course's own children, never in a kernel.
# With nbgrader's Execute in this list, a notebook that shows nothing would have full marks.
c.Autograde.pre_convert_hook = "autograder.gradebook.preprocessor.prepare"
c.Autograde.exporter_class = "autograder.gradebook.preprocessor.Reader"
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.gradebook.preprocessor.Grade",
    "nbgrader.preprocessors.SaveAutoGrades",
    "autograder.gradebook.preprocessor.Reasons",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.AssignLatePenalties.plugin_class = "autograder.gradebook.late.CourseLatePenalty"  # the rule of course.toml

# Pages that show learners' work. nbgrader's own let a script in an output through; these do not. Start Jupyter in this
# folder: the formgrader reads this file from the folder that it was started in.
c.GenerateFeedback.exporter_class = "autograder.pages.exporter.Feedback"  # the page of `ngram2bert feedback`
c.GenerateFeedback.preprocessors = []  # the page reads the gradebook itself
c.GenerateFeedback.post_convert_hook = "autograder.pages.exporter.only_pages"
c.HTMLExporter.preprocessors = ["autograder.pages.exporter.Harmless"]
c.HTMLExporter.filters = {"markdown2html": "autograder.pages.render.markdown_filter"}
