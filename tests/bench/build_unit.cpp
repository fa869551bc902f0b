// SPDX-License-Identifier: GPL-3.0-or-later
// What bench_build measures a machine's compiler with. It stays as it is: a count of its compilations is
// kept.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

std::map<std::string, std::vector<double>> numbersOf(const std::filesystem::path& path)
{
    std::map<std::string, std::vector<double>> numbers;
    const std::regex name("[a-z]+(/[a-z]+)*");
    for (const auto& [key, value] : nlohmann::ordered_json::parse(std::ifstream(path)).items())
        if (std::regex_match(key, name))
            numbers[key] = value.get<std::vector<double>>();
    for (auto& [key, values] : numbers)
        std::sort(values.begin(), values.end(), std::greater<>());
    return numbers;
}
