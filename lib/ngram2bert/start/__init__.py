"""Chapter 00: the tools. One idea a file, in the order of the chapter.

The functions that learners write:

    leaning      share_positive
    distance     total_variation
    log_space    log_sum_exp
    softmax      softmax
    splits       split_by_hash
    logistic     loss_and_gradients
    autograd     Value
    bootstrap    paired_bootstrap

What they are given: `bags`, texts as rows of word counts; `drawings`, the plots; `quick`, for slow gradients; `reader`,
the widget. This package imports none of them by itself.
"""
