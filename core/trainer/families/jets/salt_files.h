// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/normalization.h"

#include <string>
#include <vector>

namespace widthwise::trainer {

// The two YAML files that salt keeps beside its data.

/// Reads norm_dict.yaml: `{jets: {variable: {mean, std}}, tracks: {…}}`, for the variables of `description`.
/// Throws InputError naming the file and the key that is missing, there twice, not finite, or has no spread.
Normalization readNormDict(const std::string& path, const JetSample& description);

/// Writes it, to the last digit. Throws InputError where that is not possible.
void writeNormDict(const std::string& path, const Normalization& normalization, const JetSample& description);

/// The weights of one label's classes in class_dict.yaml: `{jets: {flavour_label: [w…]}, tracks: {…: [w…]}}`.
/// Throws InputError for a file that cannot be read, a label that it does not have, and weights that are not
/// `count` finite numbers of at least 0.
std::vector<double> readClassDict(const std::string& path, const std::string& dataset,
                                  const std::string& label, std::size_t count);

/// Writes class_dict.yaml with the weights that upp gives classes: the most frequent one's number over the
/// class's own, to two decimals. `flavours` are those of the file; one without jets, as one that is not
/// learnt, weighs 0. Tracks are in it where their origins were counted. Throws InputError where it cannot be
/// written.
void writeClassDict(const std::string& path, const ClassCounts& counts, const JetSample& description,
                    const std::vector<std::string>& flavours);

} // namespace widthwise::trainer
