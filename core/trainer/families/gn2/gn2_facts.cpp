// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/families.h"
#include "core/trainer/families/gn2/gn2_layout.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_facts.h"

namespace widthwise::trainer {

namespace {

constexpr std::string_view familyName = "gn2";

std::string dividing(const char* key, std::int64_t divisor, const Settings& s)
{
    return unless(s.width % divisor == 0 && s.baseWidth % divisor == 0,
                  key + (" " + std::to_string(divisor)) + " does not divide width " +
                      std::to_string(s.width) + " and base_width " + std::to_string(s.baseWidth));
}

std::string headsFit(const Settings& s)
{
    const auto& own = s.of<Gn2Settings>();
    return s.model != familyName || own.headWidth > 0 ? std::string() : dividing("heads", own.heads, s);
}

std::string headWidthFits(const Settings& s)
{
    const std::int64_t width = s.of<Gn2Settings>().headWidth;
    return s.model != familyName || width == 0 ? std::string() : dividing("head_width", width, s);
}

std::vector<Setting> gn2Settings()
{
    using S = Gn2Settings;
    return {
        {"heads", at<&S::heads>(1), "attention heads at every width; must divide width and base_width"},
        {"head_width", at<&S::headWidth>(0),
         "width of a head at every width, in place of heads; 0: width / heads"},
        {"zero_query", at<&S::zeroQuery>(), "start the attention queries at zero"},
        {"register_token", at<&S::registerToken>(),
         "give each jet's tracks a learnt token as company, as salt does today"},
        {"norm_after_readout", at<&S::normAfterReadout>(),
         "normalise what the output projection puts out, as salt does today, not what it takes in"},
        {"origin_task", at<&S::originTask>(), "also learn the origin of each track"},
        {"origin_loss_weight", at<&S::originLossWeight>(0), "its weight in the loss; that of the jets is 1",
         Trait::MayChange},
        {"vertex_task", at<&S::vertexTask>(),
         "also learn which tracks share a vertex; pairs weigh by their origins"},
        {"vertex_loss_weight", at<&S::vertexLossWeight>(0), "its weight in the loss", Trait::MayChange},
    };
}

std::vector<SettingsRule> gn2Rules()
{
    return {
        {{"origin_task", "vertex_task", "model"},
         [](const Settings& s) {
             const auto& own = s.of<Gn2Settings>();
             return unless(s.model == familyName || (!own.originTask && !own.vertexTask),
                           "origin_task and vertex_task need model gn2");
         }},
        {{"register_token", "norm_after_readout", "model"},
         [](const Settings& s) {
             const auto& own = s.of<Gn2Settings>();
             return unless(s.model == familyName || (!own.registerToken && !own.normAfterReadout),
                           "register_token and norm_after_readout need model gn2");
         }},
        {{"head_width", "width", "base_width", "model"}, headWidthFits},
        {{"width", "heads", "base_width", "head_width", "model"}, headsFit},
    };
}

class Gn2Facts : public JetFacts {
public:
    std::string_view name() const override { return familyName; }
    std::string_view title() const override { return "ATLAS's flavour-tagging transformer"; }

    std::vector<ParameterSpec> parameters(const Settings& settings, const DataSizes& sizes) const override
    {
        return gn2Parameters(gn2Shape(settings, sizes.at(classesSize)));
    }

    JetTasks tasks(const Settings& settings) const override
    {
        const auto& own = settings.of<Gn2Settings>();
        JetTasks tasks;
        if (own.originTask) {
            tasks.origins = own.originLossWeight;
        }
        if (own.vertexTask) {
            tasks.vertices = own.vertexLossWeight;
        }
        return tasks;
    }

    std::vector<RecordedLayer> layers(const Settings& settings) const override
    {
        std::vector<RecordedLayer> layers = JetFacts::layers(settings);
        for (std::int64_t layer = 0; layer < settings.layers; ++layer) {
            layers.push_back({gn2LogitsOf(layer), LayerRole::QueryKey});
        }
        return layers;
    }

    WidthUnit widthUnit(const Settings& settings) const override
    {
        const auto& own = settings.of<Gn2Settings>();
        return own.headWidth > 0 ? WidthUnit{own.headWidth, "head_width"} : WidthUnit{own.heads, "heads"};
    }

    std::optional<bool> headsGrow(const Settings& settings) const override
    {
        return settings.of<Gn2Settings>().headWidth == 0;
    }

    std::optional<double> attentionFactor(const Settings& settings) const override
    {
        const auto& own = settings.of<Gn2Settings>();
        return attentionScale(settings.parametrization, own.widthOfHead(settings.width),
                              own.widthOfHead(settings.baseWidth), settings.ablate);
    }

protected:
    const SettingsGroup* ownSettings() const override
    {
        static const SettingsGroup own{gn2Settings(), gn2Rules()};
        return &own;
    }

    /// query·key, and the weighted sum of values.
    double attentionProducts(const Settings& settings, double tokens) const override
    {
        const double all = tokens + (settings.of<Gn2Settings>().registerToken ? 1 : 0);
        return static_cast<double>(2 * settings.layers * settings.width) * all * all;
    }
};

} // namespace

const FamilyFacts& gn2Facts()
{
    static const Gn2Facts facts;
    return facts;
}

} // namespace widthwise::trainer
