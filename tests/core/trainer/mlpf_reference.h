// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/flow_batch.h"
#include "core/trainer/families/mlpf/mlpf_losses.h"
#include "core/trainer/families/mlpf/mlpf_model.h"

#include <map>

namespace widthwise::trainer {

/// Particleflow's transformer as one would write it down from its description, without anything of ours:
/// events padded to the longest, keys masked, all slices of the encoder computed and one chosen.
class MlpfReference {
public:
    MlpfReference(const MlpfShape& shape, const std::map<std::string, at::Tensor>& weights)
        : m_shape(shape), m_weights(weights)
    {
    }

    /// Of the events of a batch, `padding` rows longer than the longest of them; gives packed rows.
    MlpfOutput operator()(const FlowBatch& batch, std::int64_t padding = 0) const;

    /// The seven terms from their formulas, each over its denominator.
    static std::vector<at::Tensor> losses(const MlpfOutput& output, const FlowBatch& batch);

private:
    const at::Tensor& w(const std::string& name) const { return m_weights.at(name); }
    at::Tensor linear(const std::string& name, const at::Tensor& x) const
    {
        return at::matmul(x, w(name + ".weight").t()) + w(name + ".bias");
    }
    at::Tensor norm(const std::string& name, const at::Tensor& x) const
    {
        const at::Tensor centred = x - x.mean(-1, true);
        const at::Tensor variance = (centred * centred).mean(-1, true);
        return centred / at::sqrt(variance + 1e-5) * w(name + ".gain") + w(name + ".bias");
    }
    static at::Tensor elu(const at::Tensor& x) { return at::where(x > 0, x, at::exp(x.clamp_max(0)) - 1); }
    at::Tensor head(const std::string& name, const at::Tensor& x) const
    {
        return linear(name + ".4", norm(name + ".2", elu(linear(name + ".0", x))));
    }
    at::Tensor mlp(const std::string& name, const at::Tensor& x) const
    {
        return elu(linear(name + ".2", elu(linear(name + ".0", x))));
    }
    /// `query` [events, n, width], `key` [events, m, width], `mask` [events, m].
    at::Tensor attention(const std::string& name, const at::Tensor& query, const at::Tensor& key,
                         const at::Tensor& mask) const;
    at::Tensor readout(const std::string& task, const at::Tensor& x, const at::Tensor& mask) const;
    /// Of the numbers that each type's head gives [events, n, types], the one of the element's type.
    static at::Tensor chosen(const std::vector<at::Tensor>& perType, const at::Tensor& types)
    {
        return at::cat(perType, -1).gather(2, types.unsqueeze(2)).squeeze(2);
    }

    MlpfShape m_shape;
    const std::map<std::string, at::Tensor>& m_weights;
};

inline at::Tensor MlpfReference::attention(const std::string& name, const at::Tensor& query,
                                           const at::Tensor& key, const at::Tensor& mask) const
{
    const std::int64_t width = m_shape.width;
    const at::Tensor weights = w(name + ".in_proj.weight");
    const at::Tensor biases = w(name + ".in_proj.bias");
    const auto projected = [&](const at::Tensor& x, std::int64_t part) {
        const at::Tensor all =
            at::matmul(x, weights.narrow(0, part * width, width).t()) + biases.narrow(0, part * width, width);
        return all.view({x.size(0), x.size(1), m_shape.heads(), m_shape.headWidth}).transpose(1, 2);
    };
    const at::Tensor scores = at::matmul(projected(query, 0), projected(key, 1).transpose(2, 3)) /
                              std::sqrt(static_cast<double>(m_shape.headWidth));
    const at::Tensor hidden = mask.logical_not().unsqueeze(1).unsqueeze(1);
    const at::Tensor seen = at::softmax(scores.masked_fill(hidden, -1e30), -1);
    const at::Tensor values = at::matmul(seen, projected(key, 2)).transpose(1, 2);
    return linear(name + ".out_proj", values.reshape({query.size(0), query.size(1), width}));
}

inline at::Tensor MlpfReference::readout(const std::string& task, const at::Tensor& x,
                                         const at::Tensor& mask) const
{
    const std::string name = task + "_readout";
    const at::Tensor query =
        norm(name + ".query_norm", w(task + "_query")).view({1, 1, -1}).expand({x.size(0), 1, -1});
    const at::Tensor informed = x + attention(name + ".mha", query, norm(name + ".key_norm", x), mask);
    return norm(task + "_norm", informed + mlp(name + ".ffn", norm(name + ".post_norm", informed)));
}

inline MlpfOutput MlpfReference::operator()(const FlowBatch& batch, std::int64_t padding) const
{
    const std::int64_t events = std::ssize(batch.offsets) - 1;
    std::int64_t longest = padding;
    for (std::size_t event = 1; event < batch.offsets.size(); ++event) {
        longest = std::max(longest, padding + batch.offsets[event] - batch.offsets[event - 1]);
    }
    const std::int64_t inputs = m_shape.inputs;
    at::Tensor elements = at::zeros({events, longest, inputs}, at::kDouble);
    at::Tensor kinematics = at::zeros({events, longest, 5}, at::kDouble);
    at::Tensor types = at::zeros({events, longest}, at::kLong);
    at::Tensor mask = at::zeros({events, longest}, at::kBool);
    for (std::int64_t event = 0; event < events; ++event) {
        for (auto i = batch.offsets[std::size_t(event)]; i < batch.offsets[std::size_t(event) + 1]; ++i) {
            const std::int64_t place = i - batch.offsets[std::size_t(event)];
            for (std::int64_t k = 0; k < inputs; ++k) {
                elements.data_ptr<double>()[(event * longest + place) * inputs + k] =
                    batch.elements[std::size_t(i * inputs + k)];
            }
            for (std::int64_t k = 0; k < 5; ++k) {
                kinematics.data_ptr<double>()[(event * longest + place) * 5 + k] =
                    batch.kinematics[std::size_t(i * 5 + k)];
            }
            types.data_ptr<std::int64_t>()[event * longest + place] = batch.types[std::size_t(i)];
            mask.data_ptr<bool>()[event * longest + place] = true;
        }
    }
    const at::Tensor slices = head("nn0", elements).view({events, longest, m_shape.types, m_shape.width});
    const at::Tensor encoded =
        slices.gather(2, types.view({events, longest, 1, 1}).expand({-1, -1, 1, m_shape.width})).squeeze(2);
    at::Tensor x = encoded;
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer) {
        const std::string name = "backbone." + std::to_string(layer);
        const at::Tensor z = norm(name + ".norm0", x);
        x = x + attention(name + ".mha", layer + 1 == m_shape.layers ? encoded : z, z, mask);
        x = x + mlp(name + ".seq", norm(name + ".norm1", x));
    }
    const at::Tensor classified = readout("classification", x, mask);
    const at::Tensor regressed = readout("regression", x, mask);
    std::vector<at::Tensor> pt, energy;
    for (std::int64_t type = 0; type < m_shape.types; ++type) {
        pt.push_back(head("nn_pt.nn." + std::to_string(type), regressed));
        energy.push_back(head("nn_energy.nn." + std::to_string(type), regressed));
    }
    const auto corrected = [&](const char* name, std::int64_t column) {
        const at::Tensor factors = head(name, regressed);
        return factors.select(2, 0) * kinematics.select(2, column) + factors.select(2, 1);
    };
    const at::Tensor logPt = chosen(pt, types);
    const at::Tensor eta = corrected("nn_eta.nn", 1);
    const at::Tensor transverse = at::exp(logPt.detach()) * kinematics.select(2, 0);
    const at::Tensor along = transverse * at::sinh(eta.detach());
    const at::Tensor momentum = at::sqrt(transverse * transverse + along * along);
    const at::Tensor ratio = at::nan_to_num(at::log(momentum / kinematics.select(2, 4)), 0, 0, 0);
    const at::Tensor logEnergy = ratio + at::relu(chosen(energy, types));
    const at::Tensor all =
        at::stack({logPt, eta, corrected("nn_sin_phi.nn", 2), corrected("nn_cos_phi.nn", 3), logEnergy}, 2);
    const auto packed = [&](const at::Tensor& padded) {
        return padded.reshape({events * longest, -1})
            .index_select(0, at::nonzero(mask.view({-1})).squeeze(1));
    };
    return {packed(head("nn_binary_particle", classified)), packed(head("nn_pid", classified)), packed(all)};
}

inline std::vector<at::Tensor> MlpfReference::losses(const MlpfOutput& output, const FlowBatch& batch)
{
    const at::Tensor none = at::zeros({}, at::kDouble);
    std::vector<at::Tensor> sums(mlpfTermCount, none);
    std::int64_t particles = 0;
    for (std::int64_t i = 0; i < batch.size(); ++i) {
        const std::int64_t species = batch.classes[std::size_t(i)];
        sums[0] = sums[0] - at::log(at::softmax(output.binary[i], 0))[species != 0 ? 1 : 0];
        if (species == 0) {
            continue;
        }
        ++particles;
        const at::Tensor p = at::softmax(output.species[i], 0)[species];
        sums[1] = sums[1] - (1 - p) * (1 - p) * at::log(p);
        for (std::int64_t k = 0; k < 5; ++k) {
            const at::Tensor away =
                output.momentum[i][k] - static_cast<double>(batch.momenta[std::size_t(5 * i + k)]);
            const double weight = k == 0 || k == 4 ? static_cast<double>(batch.weights[std::size_t(i)]) : 1;
            sums[std::size_t(2 + k)] = sums[std::size_t(2 + k)] + weight * away * away;
        }
    }
    const double all = static_cast<double>(batch.size());
    const double some = std::max(1.0, static_cast<double>(particles));
    for (std::size_t i = 0; i < mlpfTermCount; ++i) {
        sums[i] = sums[i] / (i < 2 ? all : some);
    }
    return sums;
}

} // namespace widthwise::trainer
