// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlp/mlp.h"

#include "core/trainer/families/mlp/mlp_settings.h"

namespace widthwise::trainer {

Mlp::Mlp(const Settings& settings, const DataSizes& sizes, const ModelContext& context)
    : JetModel(settings, sizes, context), m_tracks(settings.of<MlpSettings>().mlpTracks),
      m_relu(settings.of<MlpSettings>().activation == "relu"), m_readout(context.parameters, "readout")
{
    for (std::int64_t i = 0; i < settings.layers; ++i) {
        m_hidden.emplace_back(context.parameters, "hidden." + std::to_string(i));
    }
}

JetOutput Mlp::operator()(const JetInput& input) const
{
    at::Tensor x = leadingTracks(input);
    for (const Linear& layer : m_hidden) {
        x = m_relu ? at::relu(layer(x)) : at::tanh(layer(x));
    }
    return {m_readout(x), {}, {}};
}

at::Tensor Mlp::leadingTracks(const JetInput& input) const
{
    const std::int64_t jets = input.offsets.numel() - 1;
    const std::int64_t inputs = input.tokens.size(1);
    const at::Tensor jetOfTrack = at::repeat_interleave(input.offsets.diff());
    const at::Tensor rank = at::arange(input.tokens.size(0)) - input.offsets.index_select(0, jetOfTrack);
    const at::Tensor kept = at::nonzero(rank < m_tracks).squeeze(1);
    const at::Tensor place = (jetOfTrack * m_tracks + rank).index_select(0, kept);
    const at::Device device = input.tokens.device();
    at::Tensor x = at::zeros({jets * m_tracks, inputs}, input.tokens.options());
    x.index_copy_(0, place.to(device), input.tokens.index_select(0, kept.to(device)));
    return x.view({jets, m_tracks * inputs});
}

} // namespace widthwise::trainer
