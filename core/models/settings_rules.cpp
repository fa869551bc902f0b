// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/settings_rules.h"

#include "core/models/jet_layout.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

std::string unless(bool holds, const std::string& message)
{
    return holds ? std::string() : message;
}

/// Adam divides by 1 - β^t.
std::string belowOne(const char* key, double value)
{
    return unless(value < 1, key + std::string(" is 1: expected a number below 1"));
}

std::string text(std::int64_t number)
{
    return std::to_string(number);
}

std::string dividing(const char* key, std::int64_t divisor, const Settings& s)
{
    return unless(s.width % divisor == 0 && s.baseWidth % divisor == 0,
                  key + (" " + text(divisor)) + " does not divide width " + text(s.width) +
                      " and base_width " + text(s.baseWidth));
}

std::string headsFit(const Settings& s)
{
    return s.model != ModelKind::Gn2 || s.headWidth > 0 ? std::string() : dividing("heads", s.heads, s);
}

std::string headWidthFits(const Settings& s)
{
    const bool hasHeadWidth = s.model == ModelKind::Mlpf || (s.model == ModelKind::Gn2 && s.headWidth > 0);
    return hasHeadWidth ? dividing("head_width", s.widthOfHead(), s) : std::string();
}

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

std::vector<SettingsRule> modelRules()
{
    return {
        {{"origin_task", "vertex_task", "model"},
         [](const Settings& s) {
             return unless(s.model == ModelKind::Gn2 || (!s.originTask && !s.vertexTask),
                           "origin_task and vertex_task need model gn2");
         }},
        {{"register_token", "norm_after_readout", "model"},
         [](const Settings& s) {
             return unless(s.model == ModelKind::Gn2 || (!s.registerToken && !s.normAfterReadout),
                           "register_token and norm_after_readout need model gn2");
         }},
        {{"layers", "model"},
         [](const Settings& s) {
             return unless(s.model != ModelKind::Mlp || s.layers > 0,
                           "layers is 0: an mlp needs a hidden layer");
         }},
        {{"head_width", "width", "base_width", "model"}, headWidthFits},
        {{"width", "heads", "base_width", "head_width", "model"}, headsFit},
        {{"weight_decay", "optimizer"},
         [](const Settings& s) {
             return unless(
                 s.optimizer != OptimizerKind::Adam || s.weightDecay == 0,
                 "weight_decay needs optimizer adamw or sgd: inside Adam's normalisation its strength would "
                 "depend on the width");
         }},
        {{"beta1"}, [](const Settings& s) { return belowOne("beta1", s.beta1); }},
        {{"beta2"}, [](const Settings& s) { return belowOne("beta2", s.beta2); }},
        {{"cycle_beta1", "schedule", "optimizer"},
         [](const Settings& s) {
             const bool applies = s.schedule == ScheduleKind::OneCycle && s.optimizer != OptimizerKind::Sgd;
             return unless(!s.cycleBeta1 || applies,
                           "cycle_beta1 needs schedule one-cycle and optimizer adam or adamw");
         }},
        {{"steps", "epochs"},
         [](const Settings& s) {
             return unless(s.steps > 0 || s.epochs > 0, "steps and epochs are both 0: nothing to train");
         }},
    };
}

std::vector<SettingsRule> dataRules()
{
    return {
        {{"validation_fraction", "validation_data"},
         [](const Settings& s) {
             return unless(!s.validationData.empty() || s.validationFraction > 0,
                           "validation_fraction is 0 and there is no validation_data: name one of them");
         }},
        {{"classes"},
         [](const Settings& s) {
             return s.classes.size() == 1 ? "classes names a single class: there is nothing to tell apart"
                                          : namedOnce("classes", s.classes);
         }},
        {{"class_weights", "classes"},
         [](const Settings& s) {
             return unless(s.classWeights.empty() || s.classes.empty() ||
                               s.classWeights.size() == s.classes.size(),
                           "class_weights has " + text(std::ssize(s.classWeights)) + " numbers for " +
                               text(std::ssize(s.classes)) + " classes");
         }},
        {{"class_weights"}, [](const Settings& s) { return weighing("class_weights", s.classWeights); }},
        {{"origin_weights"},
         [](const Settings& s) {
             return s.originWeights.empty() || s.originWeights.size() == originCount
                        ? weighing("origin_weights", s.originWeights)
                        : "origin_weights has " + text(std::ssize(s.originWeights)) +
                              " numbers: expected 8, one for each origin";
         }},
        {{"track_variables"},
         [](const Settings& s) {
             return s.trackVariables.empty() ? "track_variables is empty: name at least one"
                                             : namedOnce("track_variables", s.trackVariables);
         }},
        {{"jet_variables"}, [](const Settings& s) { return namedOnce("jet_variables", s.jetVariables); }},
    };
}

} // namespace

std::span<const SettingsRule> settingsRules()
{
    static const std::vector<SettingsRule> all = [] {
        std::vector<SettingsRule> joined = modelRules();
        const std::vector<SettingsRule> ofData = dataRules();
        joined.insert(joined.end(), ofData.begin(), ofData.end());
        return joined;
    }();
    return all;
}

const SettingsRule& dataRule()
{
    static const SettingsRule rule{{"data"}, [](const Settings& s) {
                                       return unless(!s.data.empty(),
                                                     "data is missing: name the HDF5 file with the jets "
                                                     "(widthwise-trainer simulate makes one)");
                                   }};
    return rule;
}

} // namespace widthwise::trainer
