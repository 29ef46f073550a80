"""Small tiles gain nothing by a second thread, and it would wait for other programs."""

import torch

torch.set_num_threads(1)
