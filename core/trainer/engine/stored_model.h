// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/family_facts.h"
#include "core/trainer/engine/checkpoint.h"

#include <string>
#include <vector>

namespace widthwise::trainer {

/// What a checkpoint says of a model with these tensors.
std::vector<StoredTensor> storedLayout(const std::vector<ParameterSpec>& parameters);

/// Throws InputError, which names `path` and the first difference, where the checkpoint is of another family
/// or has other tensors. One from before checkpoints named them says nothing, and passes.
void requireModel(const Checkpoint& checkpoint, const std::string& path, const FamilyFacts& family,
                  const std::vector<ParameterSpec>& parameters);

} // namespace widthwise::trainer
