// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// What `scontrol show config` lists, `SLURM_VERSION` to `22.05.8`. What is not set there (`(null)`) is
/// absent.
std::map<std::string, std::string, std::less<>> readSlurmConfig(std::string_view text);

/// How many GPUs a node has by its generic resources: `gpu:a100:4(S:0-1),shard:8` has 4.
int gpusOf(std::string_view gres);

/// A partition over all of its kinds of nodes.
struct SlurmPartition {
    std::string name;
    bool standard = false; ///< what jobs get that name none
    bool up = true;
    std::optional<Seconds> timeLimit = {}; ///< empty: none
    std::optional<int> mostNodes = {};     ///< of one job; empty: all
    int nodes = 0;
    int idle = 0;
    int fewestGpus = 0; ///< on a node
    int mostGpus = 0;
};
/// Of `sinfo -h -o '%P|%a|%l|%s|%F|%G'`.
std::vector<SlurmPartition> readPartitions(std::string_view text);

/// What one account of a person may do.
struct SlurmAssociation {
    std::string cluster;
    std::string account;
    std::vector<std::string> qos;
    std::optional<int> mostRunning;
    std::optional<int> mostSubmitted;
};
/// Of `sacctmgr -nP show assoc format=Cluster,Account,QOS,MaxJobs,MaxSubmit`.
std::vector<SlurmAssociation> readAssociations(std::string_view text);

struct SlurmQos {
    std::string name;
    std::optional<Seconds> timeLimit;
    std::optional<int> mostRunning; ///< of one person
    std::optional<int> mostSubmitted;
};
/// Of `sacctmgr -nP show qos format=Name,MaxWall,MaxJobsPU,MaxSubmitPU`.
std::vector<SlurmQos> readQos(std::string_view text);

} // namespace widthwise
