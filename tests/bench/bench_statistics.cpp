// SPDX-License-Identifier: GPL-3.0-or-later
// What recording a step costs: CPU time of GN2's training step with every statistic recorded and written,
// against the same steps without right before and after; the median over many such triples, as the difference
// is smaller than a shared machine's moods.
#include "core/trainer/compute/prepare_compute.h"
#include "core/trainer/engine/network.h"
#include "core/trainer/engine/step_statistics.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/jets/training_data.h"
#include "core/trainer/families/registry.h"

#include "report.h"

#include <ctime>
#include <sstream>

using namespace widthwise::bench;
using namespace widthwise::trainer;

namespace {

double cpuSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

Settings settingsFor(std::int64_t width)
{
    Settings settings;
    settings.data = "jets.h5";
    settings.batchSize = 300;
    settings.width = width;
    settings.of<Gn2Settings>().originTask = true;
    settings.of<Gn2Settings>().vertexTask = true;
    return settings;
}

class Trainer {
public:
    Trainer(const Settings& settings, std::int64_t classes, const ScratchFolder& folder)
        : m_network(familyOf(settings), settings, {{"classes", classes}}),
          m_optimizer({}, m_network.segments(), m_network.values().size()),
          m_statistics(1, folder.file("statistics.jsonl"), m_network.segments()),
          m_metrics(folder.file("metrics.jsonl"))
    {
    }

    /// CPU seconds of a step as the training loop makes it.
    double step(const Batch& batch, bool records)
    {
        const double start = cpuSeconds();
        ++m_step;
        if (records) {
            m_statistics.begin(m_step);
        }
        m_network.differentiate(batch, records ? m_statistics.layers() : nullptr);
        m_optimizer.update(m_step, 1e-4, 0.9, 1, m_network.values(), m_network.gradient(),
                           records ? m_statistics.norms() : std::span<UpdateNorms>());
        if (records) {
            m_metrics.write(m_step, 0, 0, m_statistics.finish());
        }
        return cpuSeconds() - start;
    }

private:
    Network<float> m_network;
    Optimizer<float> m_optimizer;
    StepStatistics m_statistics;
    MetricsLog m_metrics;
    std::int64_t m_step = 0;
};

void recording(TrainingData& data, const Settings& settings, const ScratchFolder& folder, int triples)
{
    Trainer trainer(settings, std::ssize(data.training.description().classes), folder);
    const Batch batch = data.training.fixedBatch();
    trainer.step(batch, true);
    Sample shares;
    double before = trainer.step(batch, false);
    for (int i = 0; i < triples; ++i) {
        const double recorded = trainer.step(batch, true);
        const double after = trainer.step(batch, false);
        const double without = (before + after) / 2;
        shares.add(100 * (recorded / without - 1));
        before = after;
    }
    report({"statistics: every one, GN2 at width " + std::to_string(settings.width),
            shares.median(),
            "% of step",
            {},
            atMost(3)});
}

} // namespace

int main()
{
    prepareCompute(1);
    const ScratchFolder folder;
    writeSimulation({.path = folder.file("jets.h5"), .jets = 500, .seed = 1});
    std::ostringstream notices;
    const Settings settings = settingsFor(64);
    TrainingData data = loadData({.settings = settings, .folder = folder.file(""), .notices = notices});
    recording(data, settings, folder, 100);
    recording(data, settingsFor(256), folder, 40);
}
