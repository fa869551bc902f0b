// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/trainer_check.h"

#include "core/experiment/trial_values.h"
#include "core/models/settings_rules.h"
#include "core/search/algorithms.h"
#include "core/search/list_search.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

namespace widthwise {

namespace {

using trainer::Settings;
using trainer::SettingsRule;

constexpr std::size_t mostCombinations = 10'000; ///< of values that a rule looks at

/// A value at a key of the file; nothing where there is none.
std::optional<YamlValue> at(const YamlValue& map, std::string_view key)
{
    if (map.isMap())
        for (const auto& [name, value] : map.entries())
            if (name == key)
                return value;
    return std::nullopt;
}

/// A parameter with the values that trials may get and the trainer accepts one by one.
struct Varied {
    Parameter parameter;
    struct Choice {
        TrialValue value;
        std::string json;
        bool occurs = false; ///< in some combination
        bool stands = false; ///< in one that the rule accepts
        std::string refusal = {};
    };
    std::vector<Choice> choices;
};

/// Tells of all values that the file spells out; else of the first that a search would draw.
void reportOn(const std::vector<std::pair<TrialValue, std::string>>& refused)
{
    bool told = false;
    for (const auto& [value, refusal] : refused)
        if (!value.isDrawn) {
            value.addProblem(refusal);
            told = true;
        }
    if (!told && !refused.empty())
        refused.front().first.addProblem(refused.front().second);
}

class TrainerCheck {
public:
    TrainerCheck(const YamlValue& document, const ExperimentReading& reading, const FileRefusal& refusal)
        : m_document(document), m_experiment(*reading.experiment), m_known(reading.problems),
          m_refusal(refusal), m_trainer(*at(*at(document, "trial"), "trainer"))
    {
    }

    std::string run()
    {
        readSettings();
        readSpace();
        checkConfigurations();
        if (!isListed(m_experiment.search))
            for (const SettingsRule& rule : rules())
                check(rule);
        return m_warning;
    }

private:
    static std::vector<SettingsRule> rules()
    {
        std::vector<SettingsRule> all(trainer::settingsRules().begin(), trainer::settingsRules().end());
        all.push_back(trainer::dataRule());
        return all;
    }

    bool hasProblem(const std::string& key) const
    {
        return std::ranges::any_of(m_known, [&](const FileProblem& problem) {
            return problem.key == key || problem.key.starts_with(key + '.');
        });
    }

    std::string refusalOf(Settings& settings, const std::string& name, const std::string& json) const;
    void readSettings();
    void readSpace();
    void readParameter(const Parameter& parameter, const YamlValue& place);
    void checkConfigurations();
    void checkConfiguration(const Configuration& configuration, const YamlValue& place);
    void check(const SettingsRule& rule);
    void checkPlain(const SettingsRule& rule);
    std::vector<Varied*> involved(const SettingsRule& rule);
    void tryCombinations(const SettingsRule& rule, const std::vector<Varied*>& varied);

    const YamlValue& m_document;
    const Experiment& m_experiment;
    const std::vector<FileProblem>& m_known;
    const FileRefusal& m_refusal;
    YamlValue m_trainer;
    Settings m_settings;              ///< without the space
    std::set<std::string> m_unjudged; ///< settings whose values are not known
    std::vector<Varied> m_varied;     ///< in the order of the space
    std::string m_warning;
};

/// Gives the setting its value, or says why not.
std::string TrainerCheck::refusalOf(Settings& settings, const std::string& name,
                                    const std::string& json) const
{
    std::string refusal = trainer::assign(settings, name, json);
    if (!refusal.empty() || std::ranges::count(trainer::fileSettings(), name) == 0)
        return refusal;
    const auto file = nlohmann::json::parse(json).get<std::string>();
    return file.empty() ? std::string() : m_refusal(file);
}

/// What a parameter always overrides is never seen by the trainer.
void TrainerCheck::readSettings()
{
    const auto& program = std::get<BundledTrainer>(m_experiment.trial.program);
    const auto json = nlohmann::json::parse(program.settings);
    for (const auto& [name, place] : m_trainer.entries()) {
        const Parameter* parameter = m_experiment.space.find(name);
        if (!trainer::isSetting(name))
            place.addKeyProblem(trainer::assign(m_settings, name, "0"));
        else if (name == "widthwise" || (parameter && !parameter->when))
            continue;
        else if (hasProblem(place.key()) || !json.contains(name))
            m_unjudged.insert(name);
        else if (const std::string refusal = refusalOf(m_settings, name, json[name].dump());
                 !refusal.empty()) {
            place.addProblem(refusal);
            m_unjudged.insert(name);
        }
    }
}

void TrainerCheck::readSpace()
{
    const auto space = at(m_document, "space");
    if (!space || !space->isMap())
        return;
    for (const auto& [name, place] : space->entries()) {
        const Parameter* parameter = m_experiment.space.find(name);
        if (!parameter || hasProblem(place.key()))
            m_unjudged.insert(name);
        else if (trainer::isSetting(name))
            readParameter(*parameter, place);
        else
            place.addKeyProblem(trainer::assign(m_settings, name, "0"));
    }
}

/// With a list, ranges are not drawn from.
void TrainerCheck::readParameter(const Parameter& parameter, const YamlValue& place)
{
    Varied varied{parameter, {}};
    const bool isList = isListed(m_experiment.search);
    const std::vector<TrialValue> values = trialValues(parameter, m_experiment.search, place);
    std::vector<std::pair<TrialValue, std::string>> refused;
    for (const TrialValue& value : values) {
        Settings settings = m_settings;
        const std::string json = toJson(value.value);
        const std::string refusal = isList ? std::string() : refusalOf(settings, parameter.name, json);
        if (refusal.empty())
            varied.choices.push_back({value, json});
        else
            refused.emplace_back(value, refusal);
    }
    reportOn(refused);
    if (varied.choices.empty())
        m_unjudged.insert(parameter.name);
    else
        m_varied.push_back(std::move(varied));
}

void TrainerCheck::checkConfigurations()
{
    const auto search = at(m_document, "search");
    const auto list = search ? at(*search, "configurations") : std::nullopt;
    if (!list || !list->isList())
        return;
    const std::vector<YamlValue> places = list->items();
    const std::vector<Configuration>& chosen = m_experiment.search.configurations;
    for (std::size_t i = 0; i < places.size() && places.size() == chosen.size(); ++i)
        try {
            checkConfiguration(completed(m_experiment.space, chosen[i]), places[i]);
        } catch (const std::invalid_argument&) {
            continue; // told where the list was read
        }
}

void TrainerCheck::checkConfiguration(const Configuration& configuration, const YamlValue& place)
{
    Settings settings = m_settings;
    for (const auto& [name, value] : configuration.entries()) {
        if (!trainer::isSetting(name))
            continue;
        if (const std::string refusal = refusalOf(settings, name, toJson(value)); !refusal.empty())
            return at(place, name).value_or(place).addProblem(name + ": " + refusal);
    }
    for (const SettingsRule& rule : rules())
        if (std::ranges::none_of(rule.keys, [&](auto key) { return m_unjudged.contains(std::string(key)); }))
            if (const std::string refusal = rule.refusal(settings); !refusal.empty())
                place.addProblem(refusal);
}

void TrainerCheck::check(const SettingsRule& rule)
{
    if (std::ranges::any_of(rule.keys, [&](auto key) { return m_unjudged.contains(std::string(key)); }))
        return;
    const std::vector<Varied*> varied = involved(rule);
    if (varied.empty())
        return checkPlain(rule);
    tryCombinations(rule, varied);
    for (const Varied* each : varied) {
        std::vector<std::pair<TrialValue, std::string>> refused;
        for (const Varied::Choice& choice : each->choices)
            if (choice.occurs && !choice.stands)
                refused.emplace_back(choice.value, choice.refusal);
        reportOn(refused);
    }
}

void TrainerCheck::checkPlain(const SettingsRule& rule)
{
    const std::string refusal = rule.refusal(m_settings);
    if (refusal.empty())
        return;
    for (const std::string_view key : rule.keys)
        if (const auto place = at(m_trainer, key))
            return place->addProblem(refusal);
    m_trainer.addKeyProblem(refusal);
}

/// The parameters that the rule looks at, and those that decide whether these exist, in the order of the
/// space; none where the rule looks at no parameter.
std::vector<Varied*> TrainerCheck::involved(const SettingsRule& rule)
{
    std::set<std::string> names(rule.keys.begin(), rule.keys.end());
    std::vector<Varied*> found;
    for (auto each = m_varied.rbegin(); each != m_varied.rend();
         ++each) // parents stand before their children
        if (names.contains(each->parameter.name)) {
            found.insert(found.begin(), &*each);
            if (each->parameter.when)
                names.insert(each->parameter.when->parameter);
        }
    return found;
}

void TrainerCheck::tryCombinations(const SettingsRule& rule, const std::vector<Varied*>& varied)
{
    std::size_t combinations = 1;
    std::vector<Parameter> parameters;
    for (Varied* each : varied) {
        combinations = std::min(combinations * each->choices.size(), mostCombinations + 1);
        parameters.push_back(each->parameter);
        for (Varied::Choice& choice : each->choices)
            choice.occurs = choice.stands = false;
    }
    if (combinations > mostCombinations)
        return; // each trial will tell
    const SearchSpace space(parameters);
    for (std::size_t number = 0; number < combinations; ++number) {
        Settings settings = m_settings;
        std::vector<Varied::Choice*> chosen;
        std::size_t rest = number;
        std::vector<std::size_t> places;
        for (const Varied* each : varied) {
            places.push_back(rest % each->choices.size());
            rest /= each->choices.size();
        }
        space.build([&](const Parameter& parameter, std::size_t index) {
            chosen.push_back(&varied[index]->choices[places[index]]);
            trainer::assign(settings, parameter.name, chosen.back()->json);
            return chosen.back()->value.value;
        });
        const std::string refusal = rule.refusal(settings);
        for (Varied::Choice* choice : chosen) {
            choice->occurs = true;
            choice->stands = choice->stands || refusal.empty();
            if (!refusal.empty())
                choice->refusal = refusal;
        }
        if (!refusal.empty() && m_warning.empty())
            m_warning = "some configurations will fail: " + refusal;
    }
}

bool runsTrainer(const ExperimentReading& reading)
{
    return reading.experiment && std::holds_alternative<BundledTrainer>(reading.experiment->trial.program);
}

} // namespace

TrainerFindings checkTrainer(std::string_view yaml, const ExperimentReading& reading,
                             const FileRefusal& refusal)
{
    TrainerFindings findings;
    if (!runsTrainer(reading))
        return findings;
    std::vector<FileProblem> ofText; // told by `reading`
    const YamlValue document = yamlDocument(yaml, ofText);
    const auto trial = at(document, "trial");
    const auto settings = trial ? at(*trial, "trainer") : std::nullopt;
    if (!settings || !settings->isMap())
        return findings;
    ofText.clear();
    findings.warning = TrainerCheck(document, reading, refusal).run();
    findings.problems = std::move(ofText);
    return findings;
}

} // namespace widthwise
