// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/families.h"
#include "core/models/parameter_layout.h"
#include "core/trainer/families/deepsets/deepsets_settings.h"
#include "core/trainer/families/jets/jet_facts.h"
#include "core/trainer/families/jets/jet_settings.h"

namespace widthwise::trainer {

namespace {

/// `layers` layers for each track, `jet_layers` layers for their mean, then the readout.
class DeepSetsFacts : public JetFacts {
public:
    std::string_view name() const override { return "deepsets"; }
    std::string_view title() const override { return "a network of each track and one of their mean"; }

    std::vector<ParameterSpec> parameters(const Settings& settings, const DataSizes& sizes) const override
    {
        const Dimension width{settings.width, settings.baseWidth, true};
        Dimension from = fixed(settings.of<JetSettings>().inputs());
        ParameterLayout layout;
        for (std::int64_t i = 0; i < settings.layers; ++i) {
            layout.linear("track." + std::to_string(i), from, width, perToken);
            from = width;
        }
        for (std::int64_t i = 0; i < settings.of<DeepSetsSettings>().jetLayers; ++i) {
            layout.linear("jet." + std::to_string(i), width, width, perSample);
        }
        layout.readout("readout", width, fixed(sizes.at(classesSize)), perSample, settings.zeroReadout);
        return layout.take();
    }

protected:
    const SettingsGroup* ownSettings() const override
    {
        static const SettingsGroup own{{{"jet_layers", at<&DeepSetsSettings::jetLayers>(0),
                                         "layers of deepsets behind the mean over the tracks"}},
                                       {{{"layers", "model"}, hasTrackLayer}}};
        return &own;
    }

private:
    static std::string hasTrackLayer(const Settings& s)
    {
        return unless(s.model != "deepsets" || s.layers > 0,
                      "layers is 0: deepsets needs a layer for each track");
    }
};

} // namespace

const FamilyFacts& deepsetsFacts()
{
    static const DeepSetsFacts facts;
    return facts;
}

} // namespace widthwise::trainer
