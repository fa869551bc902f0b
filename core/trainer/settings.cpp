// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/settings.h"

#include "core/trainer/error.h"
#include "core/trainer/jet_layout.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <numeric>
#include <span>
#include <variant>

namespace widthwise::trainer {

namespace {

using Json = nlohmann::ordered_json;

template <typename Enum>
struct Choice {
    std::string_view name;
    Enum value;
};

constexpr auto choicesOf(ModelKind)
{
    return std::to_array<Choice<ModelKind>>({{"gn2", ModelKind::Gn2}});
}
constexpr auto choicesOf(Parametrization)
{
    return std::to_array<Choice<Parametrization>>({{"sp", Parametrization::Standard},
                                                   {"mup", Parametrization::Maximal},
                                                   {"mup-table-3", Parametrization::MaximalTable3}});
}
constexpr auto choicesOf(OptimizerKind)
{
    return std::to_array<Choice<OptimizerKind>>(
        {{"sgd", OptimizerKind::Sgd}, {"adam", OptimizerKind::Adam}, {"adamw", OptimizerKind::AdamW}});
}
constexpr auto choicesOf(ScheduleKind)
{
    return std::to_array<Choice<ScheduleKind>>({{"constant", ScheduleKind::Constant},
                                                {"cosine", ScheduleKind::Cosine},
                                                {"one-cycle", ScheduleKind::OneCycle}});
}
constexpr auto choicesOf(Precision)
{
    return std::to_array<Choice<Precision>>(
        {{"float32", Precision::Float32}, {"float64", Precision::Float64}});
}

template <typename T>
concept Enumeration = std::is_enum_v<T>;

constexpr double none = std::numeric_limits<double>::infinity();

/// What a number may be.
struct Range {
    double low = -none;
    double high = none;
};

template <typename T>
struct Member {
    T Settings::*pointer;
    Range range{};
};

using AnyMember =
    std::variant<Member<bool>, Member<std::int64_t>, Member<double>, Member<std::string>,
                 Member<std::vector<std::string>>, Member<std::vector<double>>, Member<ModelKind>,
                 Member<Parametrization>, Member<OptimizerKind>, Member<ScheduleKind>, Member<Precision>>;

struct Setting {
    std::string_view key;
    AnyMember member;
    std::string_view meaning;
};

template <typename T>
Member<T> at(T Settings::*pointer, double low = -none, double high = none)
{
    return {pointer, {low, high}};
}

std::vector<Setting> modelSettings()
{
    using S = Settings;
    return {
        {"model", at(&S::model), "the network: gn2 is ATLAS's flavour-tagging transformer"},
        {"width", at(&S::width, 1), "width W of the tokens"},
        {"base_width", at(&S::baseWidth, 1),
         "width at which SP and μP are the same, and to which learning rates refer"},
        {"layers", at(&S::layers, 0), "encoder layers"},
        {"heads", at(&S::heads, 1), "attention heads at every width; must divide width and base_width"},
        {"head_width", at(&S::headWidth, 0),
         "width of a head at every width, in place of heads; 0: width / heads"},
        {"parametrization", at(&S::parametrization),
         "sp; mup as in table 8 of Tensor Programs V; mup-table-3"},
        {"zero_readout", at(&S::zeroReadout), "start the readout at zero"},
        {"zero_query", at(&S::zeroQuery), "start the attention queries at zero"},
    };
}

std::vector<Setting> optimizerSettings()
{
    using S = Settings;
    return {
        {"optimizer", at(&S::optimizer), "what turns gradients into updates"},
        {"momentum", at(&S::momentum, 0, 1), "of sgd"},
        {"beta1", at(&S::beta1, 0, 1), "of adam and adamw"},
        {"beta2", at(&S::beta2, 0, 1), "of adam and adamw"},
        {"epsilon", at(&S::epsilon, 0), "of adam and adamw, at the base width"},
        {"weight_decay", at(&S::weightDecay, 0), "of adamw and sgd, at the base width"},
        {"gradient_clip", at(&S::gradientClip, 0), "largest norm of the gradient; 0: no clipping"},
        {"schedule", at(&S::schedule),
         "how the learning rate runs; every group's rate is multiplier × schedule"},
        {"max_lr", at(&S::maxLr, 0), "highest learning rate, at the base width"},
        {"initial_lr", at(&S::initialLr, 0), "learning rate of the first step"},
        {"final_lr", at(&S::finalLr, 0), "learning rate of the last step"},
        {"warmup_fraction", at(&S::warmupFraction, 0, 1), "part of the steps in which the rate rises"},
        {"warmup_steps", at(&S::warmupSteps, 0),
         "steps in which the rate rises, in place of warmup_fraction"},
        {"cycle_beta1", at(&S::cycleBeta1), "let β1 run 0.95 → 0.85 → 0.95 with one-cycle, as PyTorch does"},
        {"batch_size", at(&S::batchSize, 1), "jets in a step"},
        {"epochs", at(&S::epochs, 0), "passes over the training jets; need not be whole"},
        {"steps", at(&S::steps, 0), "steps, in place of epochs"},
        {"seed", at(&S::seed, 0), "of the initial values and the order of the jets"},
        {"precision", at(&S::precision), "float32, or float64 to check a result"},
        {"threads", at(&S::threads, 1, 1024), "CPU threads"},
    };
}

std::vector<Setting> dataSettings()
{
    using S = Settings;
    return {
        {"data", at(&S::data),
         "HDF5 file in salt's layout; relative to the experiment file, else to config.json"},
        {"validation_data", at(&S::validationData), "a second file for validation; empty: the end of data"},
        {"validation_fraction", at(&S::validationFraction, 0, 0.9), "part of data kept for validation"},
        {"jets", at(&S::jets, 0), "use only the first so many jets of data; 0: all"},
        {"classes", at(&S::classes),
         "flavours to tell apart, by their names in the file; empty: all in the file"},
        {"class_weights", at(&S::classWeights), "weight of each class in the loss; empty: all 1"},
        {"jet_variables", at(&S::jetVariables), "jet inputs, repeated for each track"},
        {"track_variables", at(&S::trackVariables), "track inputs"},
        {"norm_dict", at(&S::normDict),
         "YAML with mean and std of each variable; empty: taken from the training jets"},
        {"log_every", at(&S::logEvery, 1), "steps between two lines of training metrics"},
        {"validate_every", at(&S::validateEvery, 0), "steps between two validations; 0: once an epoch"},
        {"checkpoint_every", at(&S::checkpointEvery, 0),
         "steps between two checkpoints; 0: only at the end and on request"},
    };
}

const std::vector<Setting>& settings()
{
    static const std::vector<Setting> all = [] {
        std::vector<Setting> joined = modelSettings();
        for (const auto& part : {optimizerSettings(), dataSettings()}) {
            joined.insert(joined.end(), part.begin(), part.end());
        }
        return joined;
    }();
    return all;
}

template <Enumeration Enum>
std::string choiceNames()
{
    std::string names;
    for (const auto& choice : choicesOf(Enum{})) {
        names += (names.empty() ? "" : " | ") + std::string(choice.name);
    }
    return names;
}

std::string typeName(bool)
{
    return "true | false";
}
std::string typeName(std::int64_t)
{
    return "whole number";
}
std::string typeName(double)
{
    return "number";
}
std::string typeName(const std::string&)
{
    return "text";
}
std::string typeName(const std::vector<std::string>&)
{
    return "list of texts";
}
std::string typeName(const std::vector<double>&)
{
    return "list of numbers";
}
template <Enumeration Enum>
std::string typeName(Enum)
{
    return choiceNames<Enum>();
}

/// Thrown with what was expected; the caller knows the key and the value.
struct Expected {
    std::string what;
};

void read(const Json& json, bool& value)
{
    if (!json.is_boolean()) {
        throw Expected{"true or false"};
    }
    value = json.get<bool>();
}

void read(const Json& json, std::int64_t& value)
{
    const double number = json.is_number() ? json.get<double>() : none;
    if (number != std::floor(number) || std::abs(number) > 9e15) {
        throw Expected{"a whole number"};
    }
    value = static_cast<std::int64_t>(number);
}

void read(const Json& json, double& value)
{
    if (!json.is_number()) {
        throw Expected{"a number"};
    }
    value = json.get<double>();
}

void read(const Json& json, std::string& value)
{
    if (!json.is_string()) {
        throw Expected{"a text"};
    }
    value = json.get<std::string>();
}

template <typename T>
void read(const Json& json, std::vector<T>& value)
{
    if (!json.is_array()) {
        throw Expected{"a list"};
    }
    value.assign(json.size(), T{});
    for (std::size_t i = 0; i < value.size(); ++i) {
        read(json[i], value[i]);
    }
}

template <Enumeration Enum>
void read(const Json& json, Enum& value)
{
    std::vector<std::string> names;
    for (const auto& choice : choicesOf(Enum{})) {
        if (json.is_string() && json.get<std::string>() == choice.name) {
            value = choice.value;
            return;
        }
        names.emplace_back(choice.name);
    }
    const auto near = json.is_string() ? nearest(json.get<std::string>(), names) : std::nullopt;
    throw Expected{"one of " + choiceNames<Enum>() + (near ? ", perhaps " + *near : "")};
}

template <typename T>
Json write(const T& value)
{
    return Json(value);
}

template <Enumeration Enum>
Json write(const Enum& value)
{
    for (const auto& choice : choicesOf(Enum{})) {
        if (choice.value == value) {
            return std::string(choice.name);
        }
    }
    return nullptr;
}

std::string rangeText(Range range)
{
    const auto number = [](double value) {
        return (value == std::floor(value) ? Json(static_cast<std::int64_t>(value)) : Json(value)).dump();
    };
    if (range.high == none) {
        return "at least " + number(range.low);
    }
    return "from " + number(range.low) + " to " + number(range.high);
}

template <typename T>
void assign(Settings& target, const Member<T>& member, const Json& json)
{
    T value{};
    read(json, value);
    if constexpr (std::is_same_v<T, double> || std::is_same_v<T, std::int64_t>) {
        const double number = static_cast<double>(value);
        if (!(number >= member.range.low && number <= member.range.high)) {
            throw Expected{"a number " + rangeText(member.range)};
        }
    }
    target.*member.pointer = std::move(value);
}

void require(bool condition, const std::string& message)
{
    if (!condition) {
        throw InputError(message);
    }
}

std::string quoted(std::int64_t number)
{
    return std::to_string(number);
}

/// What no single key can tell.
void checkTogether(const Settings& s)
{
    if (s.headWidth > 0) {
        require(s.width % s.headWidth == 0 && s.baseWidth % s.headWidth == 0,
                "head_width " + quoted(s.headWidth) + " does not divide width " + quoted(s.width) +
                    " and base_width " + quoted(s.baseWidth));
    } else {
        require(s.width % s.heads == 0 && s.baseWidth % s.heads == 0,
                "heads " + quoted(s.heads) + " does not divide width " + quoted(s.width) +
                    " and base_width " + quoted(s.baseWidth));
    }
    require(!s.data.empty(),
            "data is missing: name the HDF5 file with the jets (make one with widthwise-trainer simulate)");
    require(s.steps > 0 || s.epochs > 0, "steps and epochs are both 0: nothing to train");
    require(!s.validationData.empty() || s.validationFraction > 0,
            "validation_fraction is 0 and there is no validation_data: name one of them");
    require(s.optimizer != OptimizerKind::Adam || s.weightDecay == 0,
            "weight_decay needs optimizer adamw or sgd: inside Adam's normalisation its strength would "
            "depend on the width");
    require(s.classes.size() != 1, "classes names a single class: there is nothing to tell apart");
    require(s.classWeights.empty() || s.classes.empty() || s.classWeights.size() == s.classes.size(),
            "class_weights has " + quoted(std::ssize(s.classWeights)) + " numbers for " +
                quoted(std::ssize(s.classes)) + " classes");
    require(!s.trackVariables.empty(), "track_variables is empty: name at least one");
}

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::string unknownKey(const std::string& key)
{
    std::vector<std::string> keys;
    std::ranges::transform(settings(), std::back_inserter(keys),
                           [](const Setting& s) { return std::string(s.key); });
    const auto near = nearest(key, keys);
    return "unknown setting \"" + key + "\"" +
           (near ? ": did you mean \"" + *near + "\"?" : ": widthwise-trainer settings lists all that exist");
}

} // namespace

Settings::Settings()
    : jetVariables{"pt_btagJes", "eta_btagJes"},
      trackVariables(std::begin(gn2TrackVariables), std::end(gn2TrackVariables))
{
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates)
{
    std::optional<std::string> best;
    std::size_t bestDistance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        if (const std::size_t distance = editDistance(word, candidate); distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

Settings parseSettings(std::string_view text)
{
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw InputError("not valid JSON at byte " + std::to_string(error.byte));
    }
    require(json.is_object(), "the settings must be one JSON object of keys and values");

    Settings result;
    for (const auto& [key, value] : json.items()) {
        if (key == "widthwise") {
            continue;
        }
        const auto found = std::ranges::find(settings(), key, &Setting::key);
        require(found != settings().end(), unknownKey(key));
        try {
            std::visit([&](const auto& member) { assign(result, member, value); }, found->member);
        } catch (const Expected& expected) {
            throw InputError(key + ": expected " + expected.what + ", got " + value.dump());
        }
    }
    checkTogether(result);
    return result;
}

std::string toJson(const Settings& source)
{
    Json json;
    for (const Setting& setting : settings()) {
        std::visit(
            [&](const auto& member) { json[std::string(setting.key)] = write(source.*member.pointer); },
            setting.member);
    }
    return json.dump(2);
}

std::vector<SettingChange> changes(const Settings& before, const Settings& after)
{
    std::vector<SettingChange> result;
    for (const Setting& setting : settings()) {
        std::visit(
            [&](const auto& member) {
                const auto& old = before.*member.pointer;
                if (const auto& now = after.*member.pointer; old != now) {
                    result.push_back({std::string(setting.key), write(old).dump(), write(now).dump()});
                }
            },
            setting.member);
    }
    return result;
}

std::vector<SettingDescription> settingsTable()
{
    const Settings defaults;
    std::vector<SettingDescription> table;
    for (const Setting& setting : settings()) {
        std::visit(
            [&](const auto& member) {
                const auto& value = defaults.*member.pointer;
                table.push_back({std::string(setting.key), typeName(value), write(value).dump(),
                                 std::string(setting.meaning)});
            },
            setting.member);
    }
    return table;
}

} // namespace widthwise::trainer
