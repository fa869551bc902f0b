// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/yaml_reader.h"

#include "core/experiment/duration_text.h"
#include "core/space/nearest.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace widthwise {

namespace {

constexpr int deepest = 32;        ///< levels of nesting
constexpr int mostNodes = 100'000; ///< counted with aliases written out
constexpr std::size_t shownLength = 40;
constexpr std::chrono::days longestDuration{36500}; ///< so that it can be counted in nanoseconds

std::string listed(std::span<const std::string> names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
    return text;
}

YamlMark markOf(const YAML::Mark& mark)
{
    return {mark.line, mark.column};
}

FileProblem problemAt(YamlMark mark, std::string key, std::string message)
{
    return {mark.line + 1, mark.column + 1, std::move(key), std::move(message)};
}

FileProblem problemAt(const YAML::Mark& mark, std::string key, std::string message)
{
    return problemAt(markOf(mark), std::move(key), std::move(message));
}

std::string dotted(const std::string& parent, const std::string& name)
{
    return parent.empty() ? name : parent + "." + name;
}

/// Walks the whole tree once for what is wrong in any mapping. False where it is too deep or too large, as
/// with an alias to itself.
class TreeCheck {
public:
    explicit TreeCheck(std::vector<FileProblem>& problems) : m_problems(problems) {}

    bool walk(const YAML::Node& node, const std::string& key, int depth = 0)
    {
        if (depth > deepest || ++m_nodes > mostNodes)
            return false;
        if (node.IsSequence())
            return std::all_of(node.begin(), node.end(),
                               [&](const auto& item) { return walk(item, key, depth + 1); });
        std::set<std::string> names;
        if (node.IsMap())
            for (const auto& entry : node) {
                const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : std::string("?");
                const std::string path = dotted(key, name);
                if (!entry.first.IsScalar())
                    m_problems.push_back(problemAt(entry.first.Mark(), path, "a key must be text"));
                else if (!names.insert(name).second)
                    m_problems.push_back(problemAt(entry.first.Mark(), path, "this key appears twice"));
                if (!walk(entry.second, path, depth + 1))
                    return false;
            }
        return true;
    }

private:
    std::vector<FileProblem>& m_problems;
    int m_nodes = 0;
};

/// Length in bytes of the UTF-8 character that `text` begins with; 0 where it begins with none.
std::size_t characterLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
    const std::size_t length = first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || text.size() < length)
        return 0;
    const unsigned char least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80; // no overlong forms
    const unsigned char most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;  // no surrogates
    if (byte(1) < least || byte(1) > most)
        return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xBF)
            return 0;
    return length;
}

void refuseBinary(std::string_view text)
{
    FileProblem place{1, 1, {}, {}};
    while (!text.empty()) {
        const std::size_t length = characterLength(text);
        if (length == 0) {
            char hex[3] = {};
            std::to_chars(hex, hex + 2, static_cast<unsigned char>(text[0]), 16);
            place.message = "not a text file in UTF-8: found the byte 0x" + std::string(hex);
            throw ExperimentFileError({place});
        }
        place.column = text[0] == '\n' ? 1 : place.column + 1;
        place.line += text[0] == '\n';
        text.remove_prefix(length);
    }
}

/// The first line that is indented with a tab, from 1; 0 where there is none.
int tabbedLine(std::string_view text)
{
    for (int line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        const std::string_view indent = text.substr(0, text.find_first_not_of(" \t"));
        if (indent.find('\t') != std::string_view::npos && indent.size() <= end)
            return line;
        text.remove_prefix(end + 1);
    }
    return 0;
}

/// Remembers where the last document began.
class DocumentPlaces final : public YAML::EventHandler {
public:
    YAML::Mark last;

    void OnDocumentStart(const YAML::Mark& mark) override { last = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override
    {
    }
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
    }
    void OnMapEnd() override {}
};

/// The one document. YAML::LoadAll would tell of others, but never ends for some texts that begin with a
/// comma.
YAML::Node loadedDocument(const std::string& text)
{
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    DocumentPlaces places;
    if (parser.HandleNextDocument(places) && parser.HandleNextDocument(places))
        throw ExperimentFileError({problemAt(places.last, {},
                                             "here begins a second document, or text that belongs "
                                             "to nothing: a file holds one experiment")});
    return YAML::Load(text);
}

[[noreturn]] void throwParseProblem(const YAML::ParserException& error, std::string_view yaml)
{
    const int tab = tabbedLine(yaml);
    if (tab > 0 && tab <= error.mark.line + 2)
        throw ExperimentFileError({{tab, 1, {}, "a tab in the indentation: YAML is indented with spaces"}});
    throw ExperimentFileError({problemAt(error.mark, {}, "this is not YAML: " + error.msg)});
}

} // namespace

YamlValue::YamlValue(const YAML::Node& node, YamlMark keyMark, std::string key,
                     std::vector<FileProblem>& problems, std::string_view source)
    : m_node(std::make_shared<const YAML::Node>(node)), m_keyMark(keyMark), m_key(std::move(key)),
      m_problems(&problems), m_source(source)
{
}

bool YamlValue::isMap() const
{
    return m_node->IsMap();
}

bool YamlValue::isList() const
{
    return m_node->IsSequence();
}

bool YamlValue::isInBraces() const
{
    return m_node->Style() == YAML::EmitterStyle::Flow;
}

bool YamlValue::isNull() const
{
    if (!m_node->IsScalar())
        return !m_node->IsMap() && !m_node->IsSequence();
    const std::string& text = m_node->Scalar();
    return m_node->Tag() != "!" &&
           (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
}

std::string YamlValue::shown() const
{
    if (isNull())
        return "nothing";
    if (isList())
        return "a list";
    if (isMap())
        return "a mapping";
    const std::string& text = m_node->Scalar();
    return '"' + (text.size() > shownLength ? text.substr(0, shownLength) + "…" : text) + '"';
}

void YamlValue::addProblem(const std::string& message) const
{
    const bool written = m_node->IsScalar() ? !m_node->Scalar().empty() : m_node->size() > 0;
    m_problems->push_back(problemAt(written ? markOf(m_node->Mark()) : m_keyMark, m_key, message));
}

void YamlValue::addProblemWithin(char sign, std::size_t before, const std::string& message) const
{
    std::size_t place = m_source.find(sign, static_cast<std::size_t>(std::max(m_node->Mark().pos, 0)));
    for (; before > 0 && place != std::string_view::npos; --before)
        place = m_source.find(sign, place + 1);
    if (place == std::string_view::npos)
        return addProblem(message);
    const std::string_view above = m_source.substr(0, place);
    const std::size_t lineStart = above.rfind('\n') + 1;
    m_problems->push_back({static_cast<int>(std::ranges::count(above, '\n')) + 1,
                           static_cast<int>(place - lineStart) + 1, m_key, message});
}

void YamlValue::addKeyProblem(const std::string& message) const
{
    m_problems->push_back(problemAt(m_keyMark, m_key, message));
}

std::optional<std::string> YamlValue::text() const
{
    if (m_node->IsScalar() && !isNull())
        return m_node->Scalar();
    addProblem("expected text, got " + shown());
    return std::nullopt;
}

std::string YamlValue::filledText() const
{
    const auto value = text();
    if (value && value->empty())
        addProblem("expected text, got nothing");
    return value.value_or("");
}

bool YamlValue::isPlain() const
{
    return m_node->IsScalar() && m_node->Tag() != "!" && m_node->Tag() != "tag:yaml.org,2002:str";
}

bool YamlValue::isTooLarge() const
{
    if (!isPlain() || !isTooLargeInteger(m_node->Scalar()))
        return false;
    addProblem("expected an integer from -2^63 to 2^63 - 1 (" + std::to_string(INT64_MAX) + "), got " +
               shown() + "; quote it to pass it as text");
    return true;
}

std::optional<Value> YamlValue::scalar() const
{
    if (!m_node->IsScalar() || isNull()) {
        addProblem("expected one value, got " + shown());
        return std::nullopt;
    }
    if (isTooLarge())
        return std::nullopt;
    return isPlain() ? valueFromText(m_node->Scalar()) : Value(m_node->Scalar());
}

std::optional<double> YamlValue::number() const
{
    if (isTooLarge())
        return std::nullopt;
    const Value value = isPlain() ? valueFromText(m_node->Scalar()) : Value(false);
    const auto* integer = std::get_if<std::int64_t>(&value);
    const auto* real = std::get_if<double>(&value);
    const std::optional<double> number = integer ? exactNumber(*integer)
                                         : real  ? std::optional(*real)
                                                 : std::nullopt;
    if (number && std::isfinite(*number))
        return number;
    addProblem(integer ? "no real number is exactly " + shown() + ": write the nearest, " +
                             toText(static_cast<double>(*integer))
               : real ? "expected a finite number, got " + shown()
                      : "expected a number, got " + shown());
    return std::nullopt;
}

std::optional<std::int64_t> YamlValue::integer(std::int64_t least, std::int64_t most) const
{
    if (isTooLarge())
        return std::nullopt;
    const Value value = isPlain() ? valueFromText(m_node->Scalar()) : Value(false);
    const auto* integer = std::get_if<std::int64_t>(&value);
    if (integer && *integer >= least && *integer <= most)
        return *integer;
    const bool bounded = integer || least > INT64_MIN;
    addProblem(integer && *integer > most
                   ? "expected at most " + std::to_string(most) + ", got " + shown()
                   : "expected an integer" + (bounded ? " of at least " + std::to_string(least) : "") +
                         ", got " + shown());
    return std::nullopt;
}

std::optional<std::uint64_t> YamlValue::seed() const
{
    std::uint64_t seed = 0;
    const std::string text = m_node->IsScalar() ? m_node->Scalar() : std::string();
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, seed);
    if (error == std::errc() && at == end)
        return seed;
    addProblem("expected an integer from 0 to 2^64 - 1, got " + shown());
    return std::nullopt;
}

std::optional<std::chrono::duration<double>> YamlValue::duration() const
{
    const auto duration = m_node->IsScalar() ? durationFromText(m_node->Scalar()) : std::nullopt;
    if (duration && duration->count() > 0 && *duration <= longestDuration)
        return duration;
    if (duration && *duration > longestDuration)
        addProblem("expected at most 36500d, got " + shown());
    else
        addProblem("expected a time with its unit such as 90s, 15min, 2h, 1d or 1h30, got " + shown());
    return std::nullopt;
}

std::optional<std::string> YamlValue::oneOf(std::span<const std::string> names) const
{
    const std::string text = m_node->IsScalar() ? m_node->Scalar() : std::string();
    if (std::ranges::count(names, text) > 0)
        return text;
    addProblem("expected " + listed(names) + ", got " + shown() + suggestion(text, names));
    return std::nullopt;
}

std::vector<YamlValue> YamlValue::items() const
{
    std::vector<YamlValue> items;
    if (!isList())
        addProblem("expected a list in brackets, got " + shown());
    else
        for (const YAML::Node& item : *m_node)
            items.emplace_back(item, markOf(item.Mark()), m_key, *m_problems, m_source);
    return items;
}

std::vector<std::pair<std::string, YamlValue>> YamlValue::entries() const
{
    std::vector<std::pair<std::string, YamlValue>> entries;
    if (!isMap()) {
        addProblem("expected a mapping of keys to values, got " + shown());
        return entries;
    }
    for (const auto& entry : *m_node) {
        if (!entry.first.IsScalar())
            continue;
        const std::string& name = entry.first.Scalar();
        const auto isSame = [&](const auto& earlier) { return earlier.first == name; };
        if (std::ranges::none_of(entries, isSame))
            entries.emplace_back(name, YamlValue(entry.second, markOf(entry.first.Mark()),
                                                 dotted(m_key, name), *m_problems, m_source));
    }
    return entries;
}

YamlMap::YamlMap(const YamlValue& value, std::span<const std::string> keys)
    : m_value(value), m_entries(value.entries())
{
    for (const auto& [name, entry] : m_entries) {
        if (std::ranges::count(keys, name) > 0)
            continue;
        m_hasUnknownKeys = true;
        const std::string hint = suggestion(name, keys);
        entry.addKeyProblem("unknown key" + (hint.empty() ? "; expected " + listed(keys) : hint));
    }
}

const YamlValue* YamlMap::find(std::string_view key) const
{
    const auto entry =
        std::ranges::find_if(m_entries, [&](const auto& candidate) { return candidate.first == key; });
    return entry == m_entries.end() ? nullptr : &entry->second;
}

const YamlValue* YamlMap::require(std::string_view key) const
{
    const YamlValue* value = find(key);
    if (!value && m_value.isMap())
        m_value.addProblem("the key " + std::string(key) + " is missing");
    return value;
}

YamlValue yamlDocument(std::string_view yaml, std::vector<FileProblem>& problems)
{
    refuseBinary(yaml);
    YAML::Node document;
    try {
        document.reset(loadedDocument(std::string(yaml)));
    } catch (const YAML::ParserException& error) {
        throwParseProblem(error, yaml);
    } catch (const YAML::Exception& error) {
        throw ExperimentFileError({problemAt(error.mark, {}, "this is not YAML: " + error.msg)});
    }
    if (document.IsNull())
        throw ExperimentFileError({{1, 1, {}, "the file is empty"}});
    if (!TreeCheck(problems).walk(document, {}))
        throw ExperimentFileError({{1, 1, {}, "nested too deeply, or an alias that contains itself"}});
    return YamlValue(document, markOf(document.Mark()), {}, problems, yaml);
}

} // namespace widthwise
