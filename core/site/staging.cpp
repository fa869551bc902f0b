// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/staging.h"

#include "core/experiment/trial_settings.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>

namespace widthwise {

namespace {

namespace fs = std::filesystem;

/// A path that leaves its folder would be written outside of the host's.
bool staysInside(const fs::path& path)
{
    const fs::path normal = path.lexically_normal();
    return normal.is_relative() && !normal.empty() && *normal.begin() != "..";
}

void collect(const nlohmann::json& value, std::set<std::string>& words)
{
    if (value.is_string())
        words.insert(value.get<std::string>());
    for (const auto& item : value.is_structured() ? value : nlohmann::json::array())
        collect(item, words);
}

void collect(const Value& value, std::set<std::string>& words)
{
    if (const auto* text = std::get_if<std::string>(&value))
        words.insert(*text);
}

} // namespace

std::vector<std::string> filesOf(const Experiment& experiment, const std::string& baseDirectory)
{
    std::set<std::string> words;
    collect(nlohmann::json::parse(trialSettings(experiment, {})), words);
    for (const Parameter& parameter : experiment.space.parameters()) {
        if (const auto* fixed = std::get_if<FixedValue>(&parameter.domain))
            collect(fixed->value, words);
        if (const auto* choices = std::get_if<Choices>(&parameter.domain))
            for (const Value& value : choices->values)
                collect(value, words);
    }
    std::vector<std::string> files;
    for (const std::string& word : words)
        if (std::error_code error;
            staysInside(word) && fs::is_regular_file(fs::path(baseDirectory) / word, error))
            files.push_back(word);
    return files;
}

void stageFiles(Host& host, const Experiment& experiment, const std::string& baseDirectory,
                const std::string& folder)
{
    const std::vector<std::string> files = filesOf(experiment, baseDirectory);
    std::vector<FileRequest> requests;
    for (const std::string& file : files)
        requests.push_back({folder + '/' + file, 0, 0});
    const auto there = host.readFiles(requests);
    for (std::size_t i = 0; i < files.size(); ++i) {
        const fs::path here = fs::path(baseDirectory) / files[i];
        if (!there[i] || there[i]->size != static_cast<std::int64_t>(fs::file_size(here)))
            host.upload(here.string(), requests[i].path);
    }
}

} // namespace widthwise
