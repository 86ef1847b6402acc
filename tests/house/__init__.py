"""Tests of the house: set-up, command line, doctor, and the rules that every file keeps."""
