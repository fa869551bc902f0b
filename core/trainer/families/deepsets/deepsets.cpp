// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/families.h"
#include "core/trainer/families/jets/jet_family.h"
#include "core/trainer/families/jets/jet_model.h"

namespace widthwise::trainer {

namespace {

/// Deep Sets (arXiv:1703.06114) on the tracks of a jet: a network of each, and one of their mean.
class DeepSets : public JetModel {
public:
    DeepSets(const Settings& settings, const DataSizes& sizes, const ModelContext& context)
        : JetModel(settings, sizes, context), m_track(context.parameters, "track"),
          m_jet(context.parameters, "jet"), m_readout(context.parameters, "readout")
    {
    }

    JetOutput operator()(const JetInput& input) const override
    {
        const at::Tensor tracks = at::relu(m_track(input.tokens));
        const at::Tensor alike = at::zeros({tracks.size(0), 1}, tracks.options());
        at::Tensor jets = input.jets.pool(alike, tracks);
        for (const Linear& layer : m_jet.layers) {
            jets = at::relu(layer(jets));
        }
        return {m_readout(jets), {}, {}};
    }

private:
    Perceptron m_track;
    Perceptron m_jet;
    Linear m_readout;
};

} // namespace

const Family& deepsetsFamily()
{
    static const JetFamily family(deepsetsFacts(), makeJetModel<DeepSets>);
    return family;
}

} // namespace widthwise::trainer
