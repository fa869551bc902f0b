// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"
#include "core/space/value.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace YAML {
class Node;
}

namespace widthwise {

/// A place in a text, counted from 0.
struct YamlMark {
    int line = 0;
    int column = 0;
};

/// A node of an experiment file with its dotted key. What asks for a type adds a problem, and answers
/// nothing, where the node is something else.
class YamlValue {
public:
    /// `keyMark`: where its key stands, or the node itself in a list. `source`: the file, while it is there.
    YamlValue(const YAML::Node& node, YamlMark keyMark, std::string key, std::vector<FileProblem>& problems,
              std::string_view source);

    YamlMark keyMark() const { return m_keyMark; }
    const std::string& key() const { return m_key; }
    bool isMap() const;
    bool isList() const;
    bool isInBraces() const; ///< of a mapping
    bool isNull() const;

    std::optional<std::string> text() const;
    std::string filledText() const; ///< not empty; empty where it was a problem
    /// Any scalar; plain ones by YAML's core schema, quoted ones as strings.
    std::optional<Value> scalar() const;
    std::optional<double> number() const; ///< finite
    std::optional<std::int64_t> integer(std::int64_t least, std::int64_t most = INT64_MAX) const;
    std::optional<std::uint64_t> seed() const;
    std::optional<std::chrono::duration<double>> duration() const; ///< above 0, at most 36500d
    std::optional<std::string> oneOf(std::span<const std::string> names) const;
    std::vector<YamlValue> items() const;                           ///< of a list
    std::vector<std::pair<std::string, YamlValue>> entries() const; ///< of a mapping

    void addProblem(const std::string& message) const; ///< at the value
    /// At the character `sign` of the value's text before which there are `before` others like it. It must be
    /// one that YAML does not change, however the text is quoted or folded.
    void addProblemWithin(char sign, std::size_t before, const std::string& message) const;
    void addKeyProblem(const std::string& message) const;
    std::vector<FileProblem>& problems() const { return *m_problems; }

private:
    std::string shown() const;
    bool isPlain() const; ///< not in quotes
    /// Adds a problem where it is a whole number that is beyond what is kept exactly.
    bool isTooLarge() const;

    std::shared_ptr<const YAML::Node> m_node;
    YamlMark m_keyMark;
    std::string m_key;
    std::vector<FileProblem>* m_problems;
    std::string_view m_source;
};

/// A mapping with known keys. Others are problems.
class YamlMap {
public:
    YamlMap(const YamlValue& value, std::span<const std::string> keys);

    bool hasUnknownKeys() const { return m_hasUnknownKeys; }
    const YamlValue* find(std::string_view key) const;
    /// Adds a problem where the key is missing.
    const YamlValue* require(std::string_view key) const;
    void addProblem(const std::string& message) const { m_value.addProblem(message); }

    /// Overwrites `target` where the key is there and `read` of it gives something.
    template <typename Target, typename Read>
    void read(std::string_view key, Target& target, Read&& read) const
    {
        if (const YamlValue* value = find(key))
            if (auto result = read(*value))
                target = std::move(*result);
    }

private:
    YamlValue m_value;
    bool m_hasUnknownKeys = false;
    std::vector<std::pair<std::string, YamlValue>> m_entries;
};

/// The root of the one document in `yaml`. Adds a problem for each key that appears twice; only the first is
/// seen. `yaml` must outlive what is read from it. Throws ExperimentFileError for text that is no YAML.
YamlValue yamlDocument(std::string_view yaml, std::vector<FileProblem>& problems);

} // namespace widthwise
