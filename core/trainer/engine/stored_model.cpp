// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/stored_model.h"

#include "core/trainer/error.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

std::string text(const std::vector<std::int64_t>& shape)
{
    std::string text;
    for (const std::int64_t size : shape) {
        text += (text.empty() ? "" : " × ") + std::to_string(size);
    }
    return text;
}

const StoredTensor* find(const std::vector<StoredTensor>& layout, const std::string& name)
{
    const auto found = std::ranges::find(layout, name, &StoredTensor::name);
    return found == layout.end() ? nullptr : &*found;
}

/// The first thing that is not the same; empty where nothing is.
std::string difference(const std::vector<StoredTensor>& stored, const std::vector<StoredTensor>& wanted)
{
    for (const StoredTensor& tensor : wanted) {
        const StoredTensor* found = find(stored, tensor.name);
        if (found == nullptr) {
            return "it has no tensor " + tensor.name + ", which these settings ask for";
        }
        if (found->shape != tensor.shape) {
            return "its tensor " + tensor.name + " is " + text(found->shape) +
                   ", and these settings ask for " + text(tensor.shape);
        }
    }
    for (const StoredTensor& tensor : stored) {
        if (find(wanted, tensor.name) == nullptr) {
            return "it has a tensor " + tensor.name + ", which these settings do not ask for";
        }
    }
    return stored == wanted ? "" : "its tensors lie in another order";
}

} // namespace

std::vector<StoredTensor> storedLayout(const std::vector<ParameterSpec>& parameters)
{
    std::vector<StoredTensor> layout;
    for (const ParameterSpec& parameter : parameters) {
        layout.push_back({parameter.name, parameter.shape});
    }
    return layout;
}

void requireModel(const Checkpoint& checkpoint, const std::string& path, const FamilyFacts& family,
                  const std::vector<ParameterSpec>& parameters)
{
    if (checkpoint.family.empty()) {
        return;
    }
    const std::string refusal = path + ": the checkpoint is of another model: ";
    if (checkpoint.family != family.name()) {
        throw InputError(refusal + checkpoint.family + ", not " + std::string(family.name()));
    }
    if (const std::string found = difference(checkpoint.layout, storedLayout(parameters)); !found.empty()) {
        throw InputError(refusal + found);
    }
}

} // namespace widthwise::trainer
