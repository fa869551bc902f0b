// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/families.h"
#include "core/models/parameter_layout.h"
#include "core/trainer/families/jets/jet_facts.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/mlp/mlp_settings.h"

namespace widthwise::trainer {

namespace {

constexpr std::string_view familyName = "mlp";

std::vector<Setting> mlpSettings()
{
    using S = MlpSettings;
    return {
        {"mlp_tracks", at<&S::mlpTracks>(1, 40), "leading tracks that an mlp sees"},
        {"activation", oneOf<&S::activation>({"relu", "tanh"}), "of an mlp"},
        {"bias", at<&S::bias>(), "whether an mlp's layers have biases"},
    };
}

std::vector<SettingsRule> mlpRules()
{
    return {
        {{"layers", "model"},
         [](const Settings& s) {
             return unless(s.model != familyName || s.layers > 0, "layers is 0: an mlp needs a hidden layer");
         }},
    };
}

/// `layers` hidden layers of the width, then the readout.
class MlpFacts : public JetFacts {
public:
    std::string_view name() const override { return familyName; }
    std::string_view title() const override { return "a perceptron"; }

    std::vector<ParameterSpec> parameters(const Settings& settings, const DataSizes& sizes) const override
    {
        const auto& own = settings.of<MlpSettings>();
        const Dimension width{settings.width, settings.baseWidth, true};
        Dimension from = fixed(own.mlpTracks * settings.of<JetSettings>().inputs());
        ParameterLayout layout;
        for (std::int64_t layer = 0; layer < settings.layers; ++layer) {
            layout.linear("hidden." + std::to_string(layer), from, width, perSample, own.bias);
            from = width;
        }
        layout.readout("readout", width, fixed(sizes.at(classesSize)), perSample, settings.zeroReadout,
                       own.bias);
        return layout.take();
    }

protected:
    const SettingsGroup* ownSettings() const override
    {
        static const SettingsGroup own{mlpSettings(), mlpRules()};
        return &own;
    }
};

} // namespace

const FamilyFacts& mlpFacts()
{
    static const MlpFacts facts;
    return facts;
}

} // namespace widthwise::trainer
