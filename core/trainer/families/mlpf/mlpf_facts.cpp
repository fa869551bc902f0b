// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/families.h"
#include "core/trainer/families/events/event_layout.h"
#include "core/trainer/families/events/event_settings.h"
#include "core/trainer/families/mlpf/mlpf_layout.h"
#include "core/trainer/families/mlpf/mlpf_settings.h"

namespace widthwise::trainer {

namespace {

constexpr std::string_view familyName = "mlpf";

std::vector<Setting> mlpfSettings()
{
    using S = MlpfSettings;
    return {
        {"identity_start", at<&S::identityStart>(), "start as if each particle had its element's momentum"},
        {"binary_loss_weight", at<&S::binaryLossWeight>(0),
         "weight in the loss of whether an element has a particle; that of which is 1", Trait::MayChange},
        {"pt_loss_weight", at<&S::ptLossWeight>(0), "weight of ln pT in the loss", Trait::MayChange},
        {"direction_loss_weight", at<&S::directionLossWeight>(0),
         "weight of each of η, sin φ and cos φ in the loss", Trait::MayChange},
        {"energy_loss_weight", at<&S::energyLossWeight>(0), "weight of ln E in the loss", Trait::MayChange},
    };
}

std::string headsFit(const Settings& s)
{
    const bool fits = s.width % mlpfHeadWidth == 0 && s.baseWidth % mlpfHeadWidth == 0;
    return unless(s.model != familyName || fits,
                  "width " + std::to_string(s.width) + " and base_width " + std::to_string(s.baseWidth) +
                      ": an mlpf needs multiples of " + std::to_string(mlpfHeadWidth) +
                      ", the width of its heads");
}

class MlpfFacts : public FamilyFacts {
public:
    std::string_view name() const override { return familyName; }
    std::string_view title() const override { return "particle flow's transformer"; }

    std::vector<const SettingsGroup*> settings() const override
    {
        static const SettingsGroup own{mlpfSettings(), {{{"width", "base_width", "model"}, headsFit}}};
        return {&own, &eventSettingsGroup()};
    }

    std::vector<ParameterSpec> parameters(const Settings& settings, const DataSizes&) const override
    {
        return mlpfParameters(mlpfShape(settings));
    }
    /// The layout of events is always the same.
    DataSizes usualSizes(const Settings&) const override { return {}; }

    /// The last layers of the heads are readouts, and nothing is behind them.
    std::vector<RecordedLayer> layers(const Settings& settings) const override
    {
        constexpr std::string_view suffix = ".weight";
        std::vector<RecordedLayer> layers;
        for (const ParameterSpec& spec : mlpfParameters(mlpfShape(settings))) {
            if (spec.name.ends_with(suffix)) {
                layers.push_back({spec.name.substr(0, spec.name.size() - suffix.size()),
                                  spec.role == Role::Output ? LayerRole::Readout : LayerRole::Hidden});
            }
        }
        for (std::int64_t layer = 0; layer < settings.layers; ++layer) {
            layers.push_back({mlpfLogitsOf("backbone." + std::to_string(layer)), LayerRole::QueryKey});
        }
        for (const char* task : {"classification_readout", "regression_readout"}) {
            layers.push_back({mlpfLogitsOf(task), LayerRole::QueryKey});
        }
        return layers;
    }

    WidthUnit widthUnit(const Settings&) const override { return {mlpfHeadWidth, "the width of a head"}; }
    std::optional<bool> headsGrow(const Settings&) const override { return false; }
    std::optional<double> attentionFactor(const Settings& settings) const override
    {
        return attentionScale(settings.parametrization, mlpfHeadWidth, mlpfHeadWidth, settings.ablate);
    }

    std::string_view samplesSetting() const override { return "events"; }
    std::int64_t samples(const Settings& settings) const override
    {
        return settings.of<EventSettings>().events;
    }

    /// As FlowBatch holds it.
    double bytes(const Settings&, double tokens) const override
    {
        constexpr double numbers = elementColumnCount + 2 * 5 + 1; // inputs, momenta twice, weight
        constexpr double ofElement = numbers * sizeof(float) + 2 * sizeof(std::int64_t);
        return sizeof(std::int64_t) + tokens * ofElement;
    }
    /// Elements of an event of the small toy.
    double usualTokens() const override { return 22; }

protected:
    /// query·key and the weighted sum of values; of a readout, scores of one query and the sum of elements
    /// for each head.
    double attentionProducts(const Settings& settings, double tokens) const override
    {
        const auto width = static_cast<double>(settings.width);
        const auto heads = static_cast<double>(settings.width / mlpfHeadWidth);
        constexpr double readouts = 2;
        return 2 * static_cast<double>(settings.layers) * width * tokens * tokens +
               readouts * 2 * heads * width * tokens;
    }
};

} // namespace

const FamilyFacts& mlpfFacts()
{
    static const MlpfFacts facts;
    return facts;
}

} // namespace widthwise::trainer
