"""A CUDA build of torchvision beside a CPU build of torch looks for operators that it lacks: declared here first."""

import sys


class Shim:
    @staticmethod
    def find_spec(name, *_):
        if name == "torchvision":
            sys.meta_path.remove(Shim)
            import torch

            if torch.version.cuda is None:
                Shim.library = torch.library.Library("torchvision", "DEF")
                Shim.library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
                Shim.library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


sys.meta_path.insert(0, Shim)
