// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/trained_network.h"

#include "core/trainer/engine/checkpoint.h"
#include "core/trainer/engine/network.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/engine/stored_model.h"
#include "core/trainer/error.h"

#include <algorithm>
#include <ostream>

namespace widthwise::trainer {

namespace {

template <typename Real>
std::unique_ptr<Predictor> restored(const Family& family, const Settings& settings, const DataSizes& sizes,
                                    const std::string& path, std::ostream& notices)
{
    auto network = std::make_unique<Network<Real>>(family, settings, sizes, backendOf(settings));
    const Checkpoint checkpoint = loadCheckpoint(path);
    requireModel(checkpoint, path, family.facts(), family.facts().parameters(settings, sizes));
    const std::span<Real> values = network->values();
    if (checkpoint.values.size() != values.size_bytes()) {
        throw InputError(path + ": the checkpoint is of another model or precision");
    }
    std::ranges::copy(checkpoint.values, std::as_writable_bytes(values).begin());
    for (const SettingChange& change : changes(parseSettings(checkpoint.settings), settings)) {
        notices << "notice: " << change.key << " was " << change.before << " in the training and is "
                << change.after << " now\n";
    }
    return network;
}

} // namespace

std::unique_ptr<Predictor> trainedNetwork(const Family& family, const Settings& settings,
                                          const DataSizes& sizes, const std::string& checkpoint,
                                          std::ostream& notices)
{
    return settings.precision == Precision::Float64
               ? restored<double>(family, settings, sizes, checkpoint, notices)
               : restored<float>(family, settings, sizes, checkpoint, notices);
}

} // namespace widthwise::trainer
