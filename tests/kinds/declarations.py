"""One exercise of every kind, in the order in which they build on each other."""

from tests.kinds import drawing, judging, layers, scoring, training

log_softmax = scoring.log_softmax
cross_entropy = scoring.cross_entropy
highway = layers.highway
sample = drawing.sample
train = training.train
judge_log_softmax = judging.judge_log_softmax
