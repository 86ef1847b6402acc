"""What each chapter grades: one module a chapter, one declaration an exercise. The engine finds them through course.toml."""
