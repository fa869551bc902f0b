// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trainer/configuration.h"

#include "core/trainer/error.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace widthwise::trainer {

namespace {

std::string orFolderOf(const std::string& directory, const std::string& file)
{
    return directory.empty() ? std::filesystem::absolute(file).parent_path().string() : directory;
}

} // namespace

std::string environmentVariable(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

std::int64_t stepVariable(const char* name)
{
    const std::string text = environmentVariable(name);
    std::int64_t step = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (!text.empty() && (error != std::errc() || end != text.data() + text.size() || step < 0)) {
        throw InputError(std::string(name) + " is \"" + text + "\": expected the number of a step");
    }
    return step;
}

Settings readSettings(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
        throw InputError(path + ": cannot be read");
    }
    try {
        return parseSettings(text.str());
    } catch (const InputError& error) {
        throw InputError(path + ": " + error.what());
    }
}

std::string trialDirectory(const std::string& configuration)
{
    return orFolderOf(environmentVariable("WIDTHWISE_TRIAL_DIR"), configuration);
}

std::string dataDirectory(const std::string& configuration)
{
    return orFolderOf(environmentVariable("WIDTHWISE_EXPERIMENT_DIR"), configuration);
}

} // namespace widthwise::trainer
