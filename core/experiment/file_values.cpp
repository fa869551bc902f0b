// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/file_values.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

namespace widthwise {

namespace {

using Path = std::vector<std::string>;

constexpr std::size_t indentStep = 2;
constexpr std::size_t deepest = 32;      ///< levels of nesting, should an alias contain itself
constexpr std::size_t mostKeys = 10'000; ///< looked at, counted with aliases written out

/// Of a list of single values; empty for anything else.
std::optional<std::vector<std::string>> itemsOf(const YAML::Node& node)
{
    if (!node.IsSequence() || node.size() > mostKeys)
        return std::nullopt;
    std::vector<std::string> items;
    for (const YAML::Node& item : node) {
        if (!item.IsScalar())
            return std::nullopt;
        items.push_back(item.Scalar());
    }
    return items;
}

/// The values below a mapping.
class Values {
public:
    void collect(const YAML::Node& node, const std::string& prefix, std::size_t depth)
    {
        for (const auto& entry : node) {
            if (depth == deepest || ++m_keys > mostKeys)
                return;
            const std::string key = prefix + entry.first.Scalar();
            if (entry.second.IsMap())
                collect(entry.second, key + '.', depth + 1);
            else if (entry.second.IsScalar())
                m_values.emplace(key, entry.second.Scalar());
            else if (auto items = itemsOf(entry.second)) {
                m_keys += items->size();
                m_lists.emplace(key, *std::move(items));
            }
        }
    }
    std::map<std::string, std::string> takeValues() { return std::move(m_values); }
    std::map<std::string, std::vector<std::string>> takeLists() { return std::move(m_lists); }

private:
    std::map<std::string, std::string> m_values;
    std::map<std::string, std::vector<std::string>> m_lists;
    std::size_t m_keys = 0;
};

/// One key of a mapping in the text.
struct Entry {
    YAML::Node key;
    YAML::Node value;
};

std::vector<Entry> entriesOf(const YAML::Node& map)
{
    std::vector<Entry> entries;
    for (const auto& entry : map)
        entries.push_back({entry.first, entry.second});
    return entries;
}

/// The value as YAML reads it back, with quotes only where it needs them.
std::string spelledSingle(std::string_view value, bool flow)
{
    const std::string text(value);
    const std::string probe = flow ? "{k: " + text + "}" : "k: " + text;
    try {
        const YAML::Node node = YAML::Load(probe)["k"];
        if (node && node.IsScalar() && node.Tag() == "?" && node.Scalar() == text)
            return text;
    } catch (const YAML::Exception&) { // needs quotes
    }
    YAML::Emitter emitter;
    emitter << YAML::DoubleQuoted << text;
    return emitter.c_str();
}

/// A YAML text as lines and places, with the edits that keep the rest of it.
class Text {
public:
    enum class Kind { Single, List };

    /// `kind`: of the value that is written, a list as it stands in brackets.
    Text(std::string_view yaml, Kind kind) : m_text(yaml), m_kind(kind) {}

    void replaceValue(const Entry& entry, bool flow, std::string_view value)
    {
        const std::size_t from = start(entry.value);
        const std::string text =
            flow ? spelled(value, flow) : spelledInBlock(value, indentOf(start(entry.key)) + indentStep);
        const std::size_t to = valueEnd(entry, flow);
        const std::size_t header = flow ? std::string::npos : text.find('\n');
        if (header == std::string::npos) {
            m_text.replace(from, to - from, text);
            return;
        }
        const std::size_t end = std::min(m_text.find('\n', to), m_text.size()); // behind a comment
        const std::string comment = m_text.substr(to, end - to);
        m_text.replace(from, end - from, text.substr(0, header) + comment + text.substr(header));
    }

    void removeFrom(const YAML::Node& map, const std::string& key)
    {
        const std::vector<Entry> entries = entriesOf(map);
        const auto found = std::find_if(entries.begin(), entries.end(),
                                        [&](const Entry& entry) { return entry.key.Scalar() == key; });
        if (isFlow(map))
            removeFlow(entries, static_cast<std::size_t>(found - entries.begin()));
        else
            m_text.erase(lineStart(start(found->key)), blockEnd(*found) - lineStart(start(found->key)));
    }

    void addTo(const YAML::Node& map, const Path& path, std::string_view value)
    {
        const std::vector<Entry> entries = entriesOf(map);
        if (isFlow(map)) {
            const std::size_t at = entries.empty() ? start(map) + 1 : valueEnd(entries.back(), true);
            m_text.insert(at, (entries.empty() ? "" : ", ") + flowEntry(path, value));
            return;
        }
        const std::size_t at = blockEnd(entries.back());
        insertLines(at, blockEntry(path, indentOf(start(entries.back().key)), value));
    }

    /// Below a key that stands there with nothing behind it.
    void addBelow(const Entry& entry, const Path& path, std::string_view value)
    {
        const std::size_t indent = indentOf(start(entry.key)) + indentStep;
        insertLines(lineEnd(start(entry.key)), blockEntry(path, indent, value));
    }

    void addAtTop(const Path& path, std::string_view value)
    {
        insertLines(m_text.size(), blockEntry(path, 0, value));
    }

    std::string take() { return std::move(m_text); }

    /// A list in brackets by another.
    bool mayReplace(const YAML::Node& list) const
    {
        return m_kind == Kind::List && list.IsSequence() && isFlow(list);
    }

    static bool isFlow(const YAML::Node& map) { return map.Style() == YAML::EmitterStyle::Flow; }

private:
    static std::size_t start(const YAML::Node& node) { return static_cast<std::size_t>(node.Mark().pos); }

    std::size_t lineStart(std::size_t at) const
    {
        const std::size_t newline = at == 0 ? std::string::npos : m_text.rfind('\n', at - 1);
        return newline == std::string::npos ? 0 : newline + 1;
    }

    /// Behind the line's newline.
    std::size_t lineEnd(std::size_t at) const
    {
        const std::size_t newline = m_text.find('\n', at);
        return newline == std::string::npos ? m_text.size() : newline + 1;
    }

    std::size_t indentOf(std::size_t at) const { return at - lineStart(at); }

    /// The first place on the line that is no space, and whether something other than a comment stands there.
    std::pair<std::size_t, bool> contentOf(std::size_t line) const
    {
        const std::size_t first = std::min(m_text.find_first_not_of(' ', line), m_text.size());
        return {first, first < m_text.size() && m_text[first] != '\n' && m_text[first] != '#'};
    }

    /// Behind the last line that belongs to the entry of a block mapping; comments below it belong to what
    /// follows.
    std::size_t blockEnd(const Entry& entry) const
    {
        const std::size_t indent = indentOf(start(entry.key));
        std::size_t end = lineEnd(start(entry.key));
        for (std::size_t line = end; line < m_text.size(); line = lineEnd(line)) {
            const auto [first, content] = contentOf(line);
            const bool item =
                entry.value.IsSequence() && content && m_text[first] == '-' && first - line == indent;
            if (content && first - line <= indent && !item)
                break;
            if (content)
                end = lineEnd(line);
        }
        return end;
    }

    std::size_t valueEnd(const Entry& entry, bool flow) const
    {
        const std::size_t from = start(entry.value);
        if (entry.value.IsMap() || entry.value.IsSequence())
            return flowEnd(from);
        if (entry.value.IsNull() || from >= m_text.size())
            return from;
        const char first = m_text[from];
        if (first == '"' || first == '\'')
            return quotedEnd(from);
        if (flow)
            return trimmed(from, std::min(m_text.find_first_of(",}]\n", from), m_text.size()));
        const bool folded = first == '|' || first == '>' || blockEnd(entry) > lineEnd(from);
        if (folded)
            return trimmed(from, blockEnd(entry));
        const std::size_t comment = m_text.find(" #", from);
        return trimmed(from, std::min(comment, lineEnd(from)));
    }

    std::size_t trimmed(std::size_t from, std::size_t to) const
    {
        while (to > from && (m_text[to - 1] == ' ' || m_text[to - 1] == '\n' || m_text[to - 1] == '\r'))
            --to;
        return to;
    }

    std::size_t quotedEnd(std::size_t from) const
    {
        const char quote = m_text[from];
        for (std::size_t i = from + 1; i < m_text.size(); ++i) {
            const bool escaped = quote == '"' ? m_text[i] == '\\' : m_text.compare(i, 2, "''") == 0;
            if (escaped)
                ++i;
            else if (m_text[i] == quote)
                return i + 1;
        }
        return m_text.size();
    }

    /// Behind the bracket that closes the one at `from`.
    std::size_t flowEnd(std::size_t from) const
    {
        int depth = 0;
        for (std::size_t i = from; i < m_text.size(); ++i) {
            const char c = m_text[i];
            if (c == '"' || c == '\'')
                i = quotedEnd(i) - 1;
            else if (c == '{' || c == '[')
                ++depth;
            else if ((c == '}' || c == ']') && --depth == 0)
                return i + 1;
        }
        return m_text.size();
    }

    void removeFlow(const std::vector<Entry>& entries, std::size_t index)
    {
        std::size_t from = start(entries[index].key);
        std::size_t to = valueEnd(entries[index], true);
        if (index + 1 < entries.size())
            to = start(entries[index + 1].key);
        else if (index > 0)
            from = valueEnd(entries[index - 1], true);
        m_text.erase(from, to - from);
    }

    void insertLines(std::size_t at, std::string lines)
    {
        if (at > 0 && m_text[at - 1] != '\n')
            lines.insert(0, 1, '\n');
        m_text.insert(at, lines);
    }

    std::string blockEntry(const Path& path, std::size_t indent, std::string_view value) const
    {
        std::string lines;
        for (std::size_t i = 0; i < path.size(); ++i, indent += indentStep)
            lines += std::string(indent, ' ') + path[i] + (i + 1 < path.size() ? ":\n" : ": ");
        return lines + spelledInBlock(value, indent) + '\n';
    }

    std::string flowEntry(const Path& path, std::string_view value) const
    {
        std::string entry;
        for (std::size_t i = 0; i < path.size(); ++i)
            entry += path[i] + (i + 1 < path.size() ? ": {" : ": ");
        return entry + spelled(value, true) + std::string(path.size() - 1, '}');
    }

    /// Several lines stand as they are below the key.
    std::string spelledInBlock(std::string_view value, std::size_t indent) const
    {
        const std::size_t end = value.find_last_not_of('\n') + 1;
        const std::size_t newlines = value.size() - end;
        if (value.find('\n') == std::string_view::npos || end == 0 || newlines > 1 || value.front() == ' ' ||
            value.front() == '\n')
            return spelled(value, false);
        std::string text = newlines == 1 ? "|" : "|-";
        for (std::size_t from = 0; from < end;) {
            const std::size_t to = std::min(value.find('\n', from), end);
            text += '\n';
            if (to > from)
                text.append(indent, ' ').append(value.substr(from, to - from));
            from = to + 1;
        }
        return text;
    }

    std::string spelled(std::string_view value, bool flow) const
    {
        return m_kind == Kind::List ? std::string(value) : spelledSingle(value, flow);
    }

    std::string m_text;
    Kind m_kind;
};

std::invalid_argument notSingle(const std::string& key)
{
    return std::invalid_argument(key + " stands here in another form; change it in the text");
}

/// How deep the text follows the path: the mapping that was reached, and how many keys lead to it.
struct Reached {
    std::vector<YAML::Node> maps; ///< from the root down
    std::optional<Entry> entry;   ///< of the last map, where the next key of the path is in it
};

Reached follow(const YAML::Node& root, const Path& path)
{
    Reached reached{{root}, std::nullopt};
    for (std::size_t i = 0; i < path.size(); ++i) {
        const std::vector<Entry> entries = entriesOf(reached.maps.back());
        const auto found = std::find_if(entries.begin(), entries.end(),
                                        [&](const Entry& entry) { return entry.key.Scalar() == path[i]; });
        if (found == entries.end())
            break;
        if (i + 1 == path.size() || !found->value.IsMap()) {
            reached.entry = *found;
            break;
        }
        reached.maps.push_back(found->value);
    }
    return reached;
}

void remove(Text& text, const Reached& reached, const Path& path)
{
    std::size_t depth = reached.maps.size() - 1;
    while (depth > 0 && reached.maps[depth].size() == 1)
        --depth;
    text.removeFrom(reached.maps[depth], path[depth]);
}

void set(Text& text, const Reached& reached, const Path& path, std::string_view value)
{
    const YAML::Node& map = reached.maps.back();
    const Path rest(path.begin() + static_cast<std::ptrdiff_t>(reached.maps.size()) - 1, path.end());
    if (!reached.entry)
        text.addTo(map, rest, value);
    else if (rest.size() == 1 && (reached.entry->value.IsScalar() || text.mayReplace(reached.entry->value)))
        text.replaceValue(*reached.entry, Text::isFlow(map), value);
    else if (rest.size() > 1 && reached.entry->value.IsNull() && !Text::isFlow(map))
        text.addBelow(*reached.entry, {rest.begin() + 1, rest.end()}, value);
    else
        throw notSingle(path.back());
}

YAML::Node loaded(std::string_view yaml)
{
    try {
        return YAML::Load(std::string(yaml));
    } catch (const YAML::Exception& error) {
        throw std::invalid_argument(error.what());
    }
}

Values valuesOf(std::string_view yaml)
{
    Values values;
    try {
        if (const YAML::Node root = loaded(yaml); root.IsMap())
            values.collect(root, {}, 0);
    } catch (const std::invalid_argument&) { // not YAML, no values
    }
    return values;
}

/// `value` as it is written there; empty: taken out. `isThere` tells whether a node is what was to be
/// written.
std::string withWritten(std::string_view yaml, const Path& path, Text::Kind kind, std::string_view value,
                        const std::function<bool(const YAML::Node&)>& isThere)
{
    const YAML::Node root = loaded(yaml);
    Text text(yaml, kind);
    if (root.IsMap()) {
        const Reached reached = follow(root, path);
        if (!value.empty())
            set(text, reached, path, value);
        else if (reached.entry && reached.maps.size() == path.size())
            remove(text, reached, path);
    } else if (!root.IsNull()) {
        throw std::invalid_argument("the file is not a mapping of keys to values");
    } else if (!value.empty()) {
        text.addAtTop(path, value);
    }

    const std::string result = text.take();
    const YAML::Node after = loaded(result);
    const Reached written = after.IsMap() ? follow(after, path) : Reached();
    const bool there = written.entry && written.maps.size() == path.size();
    if (value.empty() ? there : !there || !isThere(written.entry->value))
        throw notSingle(path.back());
    return result;
}

} // namespace

std::map<std::string, std::string> fileValues(std::string_view yaml)
{
    return valuesOf(yaml).takeValues();
}

std::map<std::string, std::vector<std::string>> fileLists(std::string_view yaml)
{
    return valuesOf(yaml).takeLists();
}

std::string withValue(std::string_view yaml, const std::vector<std::string>& path, std::string_view value)
{
    return withWritten(yaml, path, Text::Kind::Single, value,
                       [&](const YAML::Node& node) { return node.IsScalar() && node.Scalar() == value; });
}

std::string withList(std::string_view yaml, const std::vector<std::string>& path,
                     const std::vector<std::string>& items)
{
    std::string list;
    for (const std::string& item : items)
        list += (list.empty() ? "[" : ", ") + spelledSingle(item, true);
    if (!items.empty())
        list += ']';
    return withWritten(yaml, path, Text::Kind::List, list,
                       [&](const YAML::Node& node) { return itemsOf(node) == items; });
}

} // namespace widthwise
