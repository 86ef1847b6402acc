"""What each chapter grades: a declaration an exercise. The engine finds the modules through course.toml."""
