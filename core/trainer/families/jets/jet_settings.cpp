// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/jet_settings.h"

#include "core/models/jet_layout.h"
#include "core/models/settings_table.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

std::string namedOnce(const char* key, const std::vector<std::string>& names)
{
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (std::count(names.begin(), name, *name) > 0) {
            return key + (" names \"" + *name) + "\" twice";
        }
    }
    return {};
}

std::string weighing(const char* key, const std::vector<double>& weights)
{
    const bool canWeigh = std::ranges::all_of(weights, [](double weight) { return weight >= 0; }) &&
                          std::ranges::any_of(weights, [](double weight) { return weight > 0; });
    return unless(weights.empty() || canWeigh,
                  key + std::string(": expected numbers of at least 0, not all 0"));
}

std::vector<Setting> jetSettings()
{
    using S = JetSettings;
    return {
        {"jets", at<&S::jets>(0), "use only the first so many jets of data; 0: all"},
        {"classes", at<&S::classes>(),
         "flavours to tell apart, by their names in the file; empty: all in the file"},
        {"class_weights", at<&S::classWeights>(), "weight of each class in the loss; empty: from class_dict",
         Trait::MayChange},
        {"origin_weights", at<&S::originWeights>(),
         "weight of each of the 8 track origins; empty: from class_dict"},
        {"jet_variables", at<&S::jetVariables>(), "jet inputs, repeated for each track"},
        {"track_variables", at<&S::trackVariables>(), "track inputs"},
        {"norm_dict", at<&S::normDict>(),
         "salt's YAML with mean and std of each variable; empty: taken from the training jets", Trait::File},
        {"class_dict", at<&S::classDict>(), "salt's YAML with the weights of the classes; empty: all 1",
         Trait::File},
    };
}

std::vector<SettingsRule> jetRules()
{
    return {
        {{"classes"},
         [](const Settings& all) {
             const auto& s = all.of<JetSettings>();
             return s.classes.size() == 1 ? "classes names a single class: there is nothing to tell apart"
                                          : namedOnce("classes", s.classes);
         }},
        {{"class_weights", "classes"},
         [](const Settings& all) {
             const auto& s = all.of<JetSettings>();
             return unless(s.classWeights.empty() || s.classes.empty() ||
                               s.classWeights.size() == s.classes.size(),
                           "class_weights has " + std::to_string(std::ssize(s.classWeights)) +
                               " numbers for " + std::to_string(std::ssize(s.classes)) + " classes");
         }},
        {{"class_weights"},
         [](const Settings& all) { return weighing("class_weights", all.of<JetSettings>().classWeights); }},
        {{"origin_weights"},
         [](const Settings& all) {
             const auto& s = all.of<JetSettings>();
             return s.originWeights.empty() || s.originWeights.size() == originCount
                        ? weighing("origin_weights", s.originWeights)
                        : "origin_weights has " + std::to_string(std::ssize(s.originWeights)) +
                              " numbers: expected 8, one for each origin";
         }},
        {{"track_variables"},
         [](const Settings& all) {
             const auto& s = all.of<JetSettings>();
             return s.trackVariables.empty() ? "track_variables is empty: name at least one"
                                             : namedOnce("track_variables", s.trackVariables);
         }},
        {{"jet_variables"},
         [](const Settings& all) { return namedOnce("jet_variables", all.of<JetSettings>().jetVariables); }},
    };
}

} // namespace

JetSettings::JetSettings()
    : jetVariables{"pt_btagJes", "eta_btagJes"},
      trackVariables(std::begin(gn2TrackVariables), std::end(gn2TrackVariables))
{
}

const SettingsGroup& jetSettingsGroup()
{
    static const SettingsGroup group{jetSettings(), jetRules()};
    return group;
}

} // namespace widthwise::trainer
