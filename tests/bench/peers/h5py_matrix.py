#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jets from HDF5 to padded matrices as salt reads them (salt/data/datasets.py): slices by h5py, then
structured_to_unstructured; each track's row ends with its jet's variables (salt/models/initnet.py: attach_global), as
in the batches that they are held against.

usage: h5py_matrix.py copy IN OUT FILTER                      FILTER: gzip, lzf or raw; prints 1
       h5py_matrix.py read FILE JETVARIABLES TRACKVARIABLES   prints "jets seconds" (CPU seconds); names with commas
"""
import sys
import time

import h5py
import numpy as np
from numpy.lib.recfunctions import structured_to_unstructured

BATCH = 1000


def copy(source, target, compression):
    with h5py.File(source) as old, h5py.File(target, "w") as new:
        for name in ("jets", "tracks"):
            dataset = old[name]
            made = new.create_dataset(name, data=dataset[:], chunks=dataset.chunks,
                                      compression=None if compression == "raw" else compression)
            made.attrs.update(dataset.attrs)
    print(1)


def read(path, jet_variables, track_variables):
    start = time.process_time()
    with h5py.File(path) as file:
        jets, tracks = file["jets"], file["tracks"]
        for first in range(0, len(jets), BATCH):
            rows, padded = jets[first : first + BATCH], tracks[first : first + BATCH]
            of_jets = structured_to_unstructured(rows[jet_variables], dtype=np.float32)
            of_tracks = structured_to_unstructured(padded[track_variables], dtype=np.float32)
            repeated = np.broadcast_to(of_jets[:, None, :], of_tracks.shape[:2] + of_jets.shape[1:])
            batch = (np.concatenate([of_tracks, repeated], axis=2), padded["valid"].copy(),
                     rows["flavour_label"].astype(np.int64), padded["ftagTruthOriginLabel"].astype(np.int64),
                     padded["ftagTruthVertexIndex"].astype(np.int64))
            assert len(batch[0]) > 0
        print(len(jets), time.process_time() - start)


if sys.argv[1] == "copy":
    copy(*sys.argv[2:])
else:
    read(sys.argv[2], sys.argv[3].split(","), sys.argv[4].split(","))
