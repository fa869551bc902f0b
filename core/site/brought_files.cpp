// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/brought_files.h"

#include "core/experiment/amount_text.h"
#include "core/experiment/trial_settings.h"
#include "core/site/command_words.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

namespace widthwise {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t mostValues = 1000; ///< of an integer parameter in a file's name
constexpr std::size_t mostWords = 100'000;

using Words = std::set<std::string>;

/// A path that leaves its folder would be written outside of the host's.
bool staysInside(const fs::path& path)
{
    const fs::path normal = path.lexically_normal();
    return normal.is_relative() && !normal.empty() && *normal.begin() != ".." && *normal.begin() != ".";
}

void collect(const nlohmann::json& value, Words& words)
{
    if (value.is_string())
        words.insert(value.get<std::string>());
    for (const auto& item : value.is_structured() ? value : nlohmann::json::array())
        collect(item, words);
}

/// All that a parameter can be, where that can be listed.
std::vector<Value> valuesOf(const Domain& domain)
{
    if (const auto* fixed = std::get_if<FixedValue>(&domain))
        return {fixed->value};
    if (const auto* choices = std::get_if<Choices>(&domain))
        return choices->values;
    std::vector<Value> values;
    if (const auto* range = std::get_if<IntegerRange>(&domain);
        range != nullptr && range->high - range->low < mostValues)
        for (std::int64_t value = range->low; value <= range->high; value += range->step.value_or(1))
            values.emplace_back(value);
    return values;
}

std::string replaced(std::string text, std::string_view what, std::string_view by)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

/// The word for every value of the parameters that it names, from the parameter with this index on.
void fill(const std::string& word, const std::vector<Parameter>& parameters, std::size_t index, Words& words)
{
    if (words.size() >= mostWords)
        return;
    if (index == parameters.size()) {
        words.insert(word);
        return;
    }
    const std::string name = '{' + parameters[index].name + '}';
    if (word.find(name) == std::string::npos)
        return fill(word, parameters, index + 1, words);
    for (const Value& value : valuesOf(parameters[index].domain))
        fill(replaced(word, name, toText(value)), parameters, index + 1, words);
}

/// Without what says where the experiment lies.
std::string belowExperiment(const std::string& word)
{
    for (const std::string_view prefix :
         {"{experiment_dir}/", "$WIDTHWISE_EXPERIMENT_DIR/", "${WIDTHWISE_EXPERIMENT_DIR}/"})
        if (word.starts_with(prefix))
            return word.substr(std::min(word.find_first_not_of('/', prefix.size()), word.size()));
    return word;
}

/// What a command and its environment name, for all values of the parameters; not cut to what lies below the
/// experiment's folder.
Words wordsNamedBy(const Experiment& experiment)
{
    Words words;
    const auto* program = std::get_if<CommandTemplate>(&experiment.trial.program);
    if (program == nullptr)
        return words;
    Words templates = wordsOf(replaced(replaced(program->command, "{{", "{"), "}}", "}"));
    for (const auto& [name, value] : experiment.trial.environment)
        templates.merge(wordsOf(value));
    for (const std::string& word : templates)
        fill(word, experiment.space.parameters(), 0, words);
    return words;
}

Words namedBy(const Experiment& experiment)
{
    Words words;
    for (const Parameter& parameter : experiment.space.parameters())
        for (const Value& value : valuesOf(parameter.domain))
            if (const auto* text = std::get_if<std::string>(&value))
                words.insert(*text);
    if (std::holds_alternative<BundledTrainer>(experiment.trial.program))
        collect(nlohmann::json::parse(trialSettings(experiment, {})), words);
    for (const std::string& word : wordsNamedBy(experiment))
        words.insert(belowExperiment(word));
    return words;
}

/// The folders around `path`, with those around what it links to; a link to one of them leads back.
std::set<fs::path> foldersAround(const fs::path& path)
{
    std::set<fs::path> around;
    std::error_code error;
    for (const fs::path& start : {fs::canonical(path.parent_path(), error) / "x", fs::canonical(path, error)})
        for (fs::path folder = start.parent_path(); around.insert(folder).second;)
            folder = folder.parent_path();
    around.erase(fs::canonical(path, error));
    return around;
}

/// A file or a folder below the experiment's may be meant to be written by a trial.
void addMissing(const std::string& word, const std::string& baseDirectory, Words& missing)
{
    const std::string name = belowExperiment(word);
    std::error_code error;
    if (name != word && staysInside(name) && name.find_first_of("*?[{$") == std::string::npos &&
        !fs::exists(fs::path(baseDirectory) / name, error))
        missing.insert(fs::path(name).lexically_normal());
}

/// Follows links; `above` are the folders on the way, so that a link back to one of them ends there.
void listFolder(const fs::path& folder, const fs::path& name, std::set<fs::path> above, BroughtFiles& found)
{
    std::error_code error;
    if (!above.insert(fs::canonical(folder, error)).second || error)
        return;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        const fs::path below = name / entry.path().filename();
        if (entry.is_directory(error)) {
            listFolder(entry.path(), below, above, found);
        } else if (entry.is_regular_file(error)) {
            found.files.push_back(below);
            found.bytes += entry.file_size(error);
        }
    }
}

} // namespace

std::vector<BroughtFiles> broughtFiles(const Experiment& experiment, const std::string& baseDirectory)
{
    const bool withFolders = std::holds_alternative<CommandTemplate>(experiment.trial.program);
    std::vector<BroughtFiles> brought;
    Words seen;
    for (const std::string& word : namedBy(experiment)) {
        if (!staysInside(word))
            continue;
        std::string name = fs::path(word).lexically_normal();
        const fs::path path = fs::path(baseDirectory) / name;
        std::error_code error;
        BroughtFiles found;
        if (fs::is_regular_file(path, error)) {
            found = {name, {name}, fs::file_size(path, error)};
        } else if (withFolders && fs::is_directory(path, error)) {
            if (name.ends_with('/'))
                name.pop_back();
            found.name = name + '/';
            listFolder(path, name, foldersAround(path), found);
            std::ranges::sort(found.files);
        }
        if (!found.files.empty() && seen.insert(found.name).second)
            brought.push_back(std::move(found));
    }
    std::ranges::sort(brought, {}, &BroughtFiles::name);
    return brought;
}

std::vector<std::string> missingFiles(const Experiment& experiment, const std::string& baseDirectory)
{
    Words missing;
    for (const std::string& word : wordsNamedBy(experiment))
        addMissing(word, baseDirectory, missing);
    return {missing.begin(), missing.end()};
}

std::string missingText(const std::vector<std::string>& missing)
{
    std::string text;
    for (const std::string& name : missing)
        text += (text.empty() ? "" : ", ") + name;
    if (text.empty())
        return text;
    return "beside the experiment's file there is no " + text + ": a trial that reads " +
           (missing.size() == 1 ? "it" : "one of them") + " will not find it";
}

std::vector<std::string> filesOf(const std::vector<BroughtFiles>& brought)
{
    Words files;
    for (const BroughtFiles& found : brought)
        files.insert(found.files.begin(), found.files.end());
    return {files.begin(), files.end()};
}

std::string toText(const std::vector<BroughtFiles>& brought)
{
    std::string text;
    for (const BroughtFiles& found : brought) {
        const std::string count =
            found.name.ends_with('/')
                ? countText(static_cast<std::int64_t>(found.files.size()), "file") + ", "
                : std::string();
        text += (text.empty() ? "" : ", ") + found.name + " (" + count + bytesText(found.bytes) + ')';
    }
    return text;
}

} // namespace widthwise
