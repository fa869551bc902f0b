// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/experiment_files.h"

#include "core/store/query.h"

namespace widthwise {

void ExperimentFiles::set(std::int64_t experiment, const ExperimentSourceFile& file)
{
    Query query(m_database, R"sql(
        INSERT INTO experiment_file (experiment, path, text) VALUES (?, ?, ?)
        ON CONFLICT (experiment) DO UPDATE SET path = excluded.path, text = excluded.text)sql");
    query.bind(experiment, file.path, file.text).run();
}

std::map<std::int64_t, ExperimentSourceFile> ExperimentFiles::all()
{
    std::map<std::int64_t, ExperimentSourceFile> files;
    Query query(m_database, "SELECT experiment, path, text FROM experiment_file");
    while (query.next()) {
        std::int64_t experiment = 0;
        ExperimentSourceFile file;
        query.read(experiment, file.path, file.text);
        files.emplace(experiment, std::move(file));
    }
    return files;
}

} // namespace widthwise
