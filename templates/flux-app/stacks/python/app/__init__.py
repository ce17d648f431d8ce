"""A small HTTP service, made to be run by Kubernetes: see README.md."""
