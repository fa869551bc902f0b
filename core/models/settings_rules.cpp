// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/settings_rules.h"

#include "core/models/families.h"

namespace widthwise::trainer {

namespace {

/// Adam divides by 1 - β^t.
std::string belowOne(const char* key, double value)
{
    return unless(value < 1, key + std::string(" is 1: expected a number below 1"));
}

std::vector<SettingsRule> trainingRules()
{
    return {
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
    };
}

} // namespace

std::span<const SettingsRule> settingsRules()
{
    static const std::vector<SettingsRule> all = [] {
        std::vector<SettingsRule> joined;
        const auto add = [&joined](const std::vector<SettingsRule>& part) {
            joined.insert(joined.end(), part.begin(), part.end());
        };
        for (const SettingsGroup* group : settingsGroups()) {
            add(group->rules);
        }
        add(trainingRules());
        add(dataRules());
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
