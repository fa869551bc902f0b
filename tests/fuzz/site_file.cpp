// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site.h"

#include "tests/fuzz/targets.h"

namespace widthwise::fuzz {

void siteFile(std::string_view yaml)
{
    try {
        const SiteReading reading = readSite(yaml, "fuzzed");
        if (!reading.problems.empty())
            return;
        expect(reading.site.slurm.notice.count() > 0, "the notice before a time limit lies before it");
        expect(reading.site.slurm.pollInterval >= std::chrono::seconds(10), "the queue is looked at seldom");
    } catch (const ExperimentFileError& error) {
        expect(!error.problems().empty(), "a file that cannot be read has a problem");
    }
}

} // namespace widthwise::fuzz
