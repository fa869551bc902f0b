// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/jet_operations.h"

#include <functional>

namespace widthwise::trainer {

/// A batch in which each jet has one more token, its register, behind its tracks: something to attend to that
/// is no track, and all that a jet without tracks has (salt/models/transformer.py at 68bd045).
class JetsWithRegisters {
public:
    using Operations = std::function<std::unique_ptr<JetOperations>(std::span<const std::int64_t> offsets)>;

    /// `offsets` [jets + 1] are those of the tracks alone; `operations` makes what computes across tokens.
    JetsWithRegisters(std::span<const std::int64_t> offsets, const at::Device& device,
                      const Operations& operations);

    /// Where each jet's tokens begin, in memory.
    const at::Tensor& offsets() const { return m_offsets; }
    const JetOperations& jets() const { return *m_jets; }
    /// `tracks` [tracks, width] with `token` [width] behind those of each jet.
    at::Tensor join(const at::Tensor& tracks, const at::Tensor& token) const;
    /// The rows of `x` [tokens, width] that are tracks.
    at::Tensor tracksOf(const at::Tensor& x) const;

private:
    std::int64_t m_tracks = 0;
    std::int64_t m_registers = 0;
    at::Tensor m_offsets;
    std::unique_ptr<JetOperations> m_jets;
    at::Tensor m_order;  ///< [tokens]: of the rows tracks, then registers, the one that is there
    at::Tensor m_places; ///< [tokens]: where each track, then each register, is
};

} // namespace widthwise::trainer
