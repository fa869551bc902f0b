// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace widthwise::trainer {

/// What GN2 learns: the flavour of a jet, the origin of each track, and whether two tracks share a vertex.
enum class Task { Jets, Origin, Vertex };
inline constexpr std::size_t taskCount = 3;
inline constexpr std::array<std::string_view, taskCount> taskNames{"jets", "origin", "vertex"};

/// Classes of ftagTruthOriginLabel.
inline constexpr int originCount = 8;

} // namespace widthwise::trainer
