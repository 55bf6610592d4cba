"""Training with scikit-learn; never imported on the path that only cleans."""
