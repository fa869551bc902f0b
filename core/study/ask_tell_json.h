// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace widthwise {

// What a request has, or an std::invalid_argument that names the place: `field(request, "id")` of `tell`.

[[noreturn]] void refuse(const std::string& place, const std::string& problem);

/// The JSON of a line. NaN and infinities, which JSON has not but many programs write, are null.
nlohmann::ordered_json requestOf(std::string_view line);

/// Null where it is missing.
const nlohmann::ordered_json& field(const nlohmann::ordered_json& object, const char* name);

std::int64_t integerOf(const nlohmann::ordered_json& json, const std::string& place);
double numberOf(const nlohmann::ordered_json& json, const std::string& place);
std::string textOf(const nlohmann::ordered_json& json, const std::string& place);

} // namespace widthwise
