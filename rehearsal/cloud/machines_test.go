package cloud_test

// machines_test.go: the account's instance types are what AWS says of them, as moto has it on record.

import (
	"encoding/json"
	"os/exec"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

const typesOnRecord = `
import gzip, json, os, moto
d = json.load(gzip.open(os.path.join(os.path.dirname(moto.__file__), "ec2", "resources", "instance_types.json.gz")))
print(json.dumps(d))
`

func TestMachinesAreAsOnRecord(t *testing.T) {
	path, err := exec.LookPath("python3")
	var text []byte
	if err == nil {
		text, err = exec.CommandContext(t.Context(), path, "-c", typesOnRecord).Output()
	}
	if err != nil {
		t.Skip("SKIPPED: python3 with moto is not on PATH; the instance types were not compared with its record of AWS")
	}
	var record map[string]struct {
		Hypervisor                                                                                       string
		CurrentGeneration, BurstablePerformanceSupported, AutoRecoverySupported, DedicatedHostsSupported bool
		InstanceStorageSupported                                                                         bool
		NitroTpmSupport                                                                                  string
		SupportedBootModes, SupportedVirtualizationTypes                                                 []string
		VCpuInfo                                                                                         struct{ DefaultVCpus, DefaultCores int32 }
		MemoryInfo                                                                                       struct{ SizeInMiB int64 }
		ProcessorInfo                                                                                    struct{ SupportedArchitectures []string }
		EbsInfo                                                                                          struct{ EbsOptimizedSupport, NvmeSupport string }
		NetworkInfo                                                                                      struct {
			EnaSupport, NetworkPerformance                      string
			MaximumNetworkInterfaces, Ipv4AddressesPerInterface int32
		}
	}
	if err := json.Unmarshal(text, &record); err != nil {
		t.Fatal(err)
	}
	b := open(t)
	for _, m := range must(b.ec2.DescribeInstanceTypes(t.Context(), &ec2.DescribeInstanceTypesInput{}))(t).InstanceTypes {
		name := string(m.InstanceType)
		r, known := record[name]
		if !known {
			t.Errorf("%s: AWS has no such type", name)
			continue
		}
		for what, pair := range map[string][2]any{
			"hypervisor": {string(m.Hypervisor), r.Hypervisor}, "generation": {*m.CurrentGeneration, r.CurrentGeneration},
			"burstable": {*m.BurstablePerformanceSupported, r.BurstablePerformanceSupported}, "auto-recovery": {*m.AutoRecoverySupported, r.AutoRecoverySupported},
			"dedicated hosts": {*m.DedicatedHostsSupported, r.DedicatedHostsSupported}, "instance storage": {*m.InstanceStorageSupported, r.InstanceStorageSupported},
			"TPM": {string(m.NitroTpmSupport), r.NitroTpmSupport}, "vCPUs": {*m.VCpuInfo.DefaultVCpus, r.VCpuInfo.DefaultVCpus}, "cores": {*m.VCpuInfo.DefaultCores, r.VCpuInfo.DefaultCores},
			"memory": {*m.MemoryInfo.SizeInMiB, r.MemoryInfo.SizeInMiB}, "EBS": {string(m.EbsInfo.EbsOptimizedSupport), r.EbsInfo.EbsOptimizedSupport},
			"NVMe": {string(m.EbsInfo.NvmeSupport), r.EbsInfo.NvmeSupport}, "ENA": {string(m.NetworkInfo.EnaSupport), r.NetworkInfo.EnaSupport},
			"network": {*m.NetworkInfo.NetworkPerformance, r.NetworkInfo.NetworkPerformance}, "interfaces": {*m.NetworkInfo.MaximumNetworkInterfaces, r.NetworkInfo.MaximumNetworkInterfaces},
			"addresses": {*m.NetworkInfo.Ipv4AddressesPerInterface, r.NetworkInfo.Ipv4AddressesPerInterface},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s is %v here and %v at AWS", name, what, pair[0], pair[1])
			}
		}
		var boots, archs, virtual []string
		for _, v := range m.SupportedBootModes {
			boots = append(boots, string(v))
		}
		for _, v := range m.ProcessorInfo.SupportedArchitectures {
			archs = append(archs, string(v))
		}
		for _, v := range m.SupportedVirtualizationTypes {
			virtual = append(virtual, string(v))
		}
		if !slices.Equal(boots, r.SupportedBootModes) || !slices.Equal(archs, r.ProcessorInfo.SupportedArchitectures) || !slices.Equal(virtual, r.SupportedVirtualizationTypes) {
			t.Errorf("%s: boots %v, runs %v as %v; at AWS %v", name, boots, archs, virtual, r)
		}
	}
}
