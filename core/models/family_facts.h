// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/parametrization.h"
#include "core/models/settings.h"
#include "core/models/settings_table.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// Sizes of a model that only the data can say, by name: the number of classes, say.
using DataSizes = std::map<std::string, std::int64_t>;

/// What a recorded layer is for the verdict of a coordinate check.
enum class LayerRole { Hidden, QueryKey, Readout, BehindReadout };

struct RecordedLayer {
    std::string name;
    LayerRole role;
};

/// Widths have to be multiples of `unit`, for the sake of a setting; 1 where there is none.
struct WidthUnit {
    std::int64_t unit = 1;
    std::string setting = {};
};

/// What everyone may know of a family of models without LibTorch. Its folder in core/trainer/families says
/// it, and makes its models of the same layout.
class FamilyFacts {
public:
    virtual ~FamilyFacts() = default;

    /// What the setting `model` calls it.
    virtual std::string_view name() const = 0;
    /// In a few words, for people.
    virtual std::string_view title() const = 0;
    /// The groups that its own settings are in.
    virtual std::vector<const SettingsGroup*> settings() const = 0;

    /// The tensors in the order in which they lie in memory.
    virtual std::vector<ParameterSpec> parameters(const Settings& settings, const DataSizes& sizes) const = 0;
    /// What the data most probably say, for who has not read them.
    virtual DataSizes usualSizes(const Settings& settings) const = 0;
    /// What a trial with statistics records the outputs of: the layers with weights, of which those behind
    /// the readout have no width of their own.
    virtual std::vector<RecordedLayer> layers(const Settings& settings) const;

    virtual WidthUnit widthUnit(const Settings&) const { return {}; }
    /// Whether heads get wider with the model, not more; empty for a model without attention.
    virtual std::optional<bool> headsGrow(const Settings&) const { return std::nullopt; }
    /// The factor on query·key; empty for a model without attention.
    virtual std::optional<double> attentionFactor(const Settings&) const { return std::nullopt; }

    /// The setting that limits how many samples there are, and what it says; 0: all.
    virtual std::string_view samplesSetting() const = 0;
    virtual std::int64_t samples(const Settings& settings) const = 0;

    /// Floating-point operations of the matrix products of a training step, forward and backward, for one
    /// sample of so many tokens.
    double operations(const Settings& settings, const DataSizes& sizes, double tokens) const;
    /// Bytes of such a sample in a batch.
    virtual double bytes(const Settings& settings, double tokens) const = 0;
    /// Tokens of a usual sample, on average.
    virtual double usualTokens() const = 0;

protected:
    /// Multiplications between activations in a forward pass.
    virtual double attentionProducts(const Settings&, double /*tokens*/) const { return 0; }
};

} // namespace widthwise::trainer
